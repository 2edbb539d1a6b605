// A tar archive as bytes.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace musicvae::interop {

/// One entry of a tar.
struct TarEntry {
  std::string name;
  std::string contents;
  char type = '0';
};

/// Makes the checksum of the first header match it.
inline void set_tar_checksum(std::string& tar) {
  tar.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : tar.substr(0, 512)) sum += static_cast<unsigned char>(c);
  char text[8];
  std::snprintf(text, sizeof text, "%06o", sum);
  tar.replace(148, 7, text, 7);
}

/// The bytes of a ustar archive.
inline std::string tar_of(const std::vector<TarEntry>& entries) {
  std::string tar;
  for (const TarEntry& entry : entries) {
    std::string header(512, '\0');
    header.replace(0, entry.name.size(), entry.name);
    header.replace(100, 7, "0000644");
    char size[13];
    std::snprintf(size, sizeof size, "%011zo", entry.contents.size());
    header.replace(124, 11, size);
    header[156] = entry.type;
    header.replace(257, 5, "ustar");
    header.replace(263, 2, "00");
    set_tar_checksum(header);
    tar += header + entry.contents;
    tar.resize((tar.size() + 511) / 512 * 512);
  }
  return tar + std::string(1024, '\0');
}

}  // namespace musicvae::interop

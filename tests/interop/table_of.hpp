// A sorted table as bytes, block by block, so that a test can damage it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "crc32c.hpp"

namespace musicvae::interop {

/// A number in 4 bytes.
inline std::string number(std::uint32_t value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// A block with its trailer.
inline std::string with_trailer(std::string block, char compression) {
  block += compression;
  return block + number(masked_crc32c(std::as_bytes(std::span(block))));
}

/// A table of these data blocks (below 128 bytes, with their trailers), all listed by the index.
inline std::string table_of(const std::vector<std::string>& blocks) {
  std::string file;
  std::string index;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    index +=
        std::string{'\0', '\1', '\2', static_cast<char>('a' + i), static_cast<char>(file.size()), static_cast<char>(blocks[i].size() - 5)};
    file += blocks[i];
  }
  index += number(0) + number(1);
  std::string footer{'\0', '\0', static_cast<char>(file.size()), static_cast<char>(index.size())};
  file += with_trailer(index, 0);
  footer.resize(40);
  return file + footer + "\x57\xFB\x80\x8B\x24\x75\x47\xDB";
}

/// Entries without shared prefixes.
inline std::string block_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string block;
  for (const auto& [key, value] : entries) {
    block += std::string{'\0', static_cast<char>(key.size()), static_cast<char>(value.size())} + key + value;
  }
  return block + number(0) + number(1);
}

}  // namespace musicvae::interop

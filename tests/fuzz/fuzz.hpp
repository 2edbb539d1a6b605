// What the fuzz targets share. A reader may throw only the library's typed errors, of one line; all else ends the run.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "interop/tar_of.hpp"
#include "musicvae/error.hpp"

namespace musicvae::fuzz {

using Bytes = std::span<const std::byte>;

inline Bytes bytes_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const std::byte*>(data), size};
}

inline std::string text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The input as `parts` texts, cut at the byte 0xFF.
inline std::vector<std::string> parts_of(Bytes input, std::size_t parts) {
  std::vector<std::string> result(1);
  for (const std::byte byte : input) {
    if (byte == std::byte{0xFF} && result.size() < parts) {
      result.emplace_back();
    } else {
      result.back() += static_cast<char>(byte);
    }
  }
  result.resize(parts);
  return result;
}

/// Runs a reader. Ends the program if its error has several lines.
template <class Read>
int run(Read read) {
  try {
    read();
  } catch (const Error& error) {
    if (std::strchr(error.what(), '\n') != nullptr) {
      std::fprintf(stderr, "an error of several lines: %s\n", error.what());
      std::abort();
    }
  }
  return 0;
}

}  // namespace musicvae::fuzz

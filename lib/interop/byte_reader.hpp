// Reads numbers and stretches of bytes in order, each checked against the end before it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>

#include "musicvae/error.hpp"

namespace musicvae::interop {

class ByteReader {
 public:
  /// Errors name `source` and `offset`, where the bytes begin in the file.
  ByteReader(std::span<const std::byte> bytes, std::uint64_t offset, std::filesystem::path source)
      : bytes_(bytes), offset_(offset), source_(std::move(source)) {}

  [[nodiscard]] bool done() const { return bytes_.empty(); }
  [[nodiscard]] std::size_t left() const { return bytes_.size(); }

  /// The next `count` bytes. Throws FormatError if there are fewer; `what` names them.
  std::span<const std::byte> take(std::uint64_t count, const char* what) {
    if (count > bytes_.size()) {
      fail(std::string(what) + " of " + std::to_string(count) + " bytes is cut short after " + std::to_string(bytes_.size()));
    }
    const auto result = bytes_.first(static_cast<std::size_t>(count));
    bytes_ = bytes_.subspan(static_cast<std::size_t>(count));
    return result;
  }

  /// A little-endian number.
  template <class T>
  T number(const char* what) {
    T value;
    std::memcpy(&value, take(sizeof value, what).data(), sizeof value);
    return value;
  }

  /// A number in groups of 7 bits, the lowest first (LevelDB's and protobuf's varint).
  std::uint64_t varint(const char* what) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = number<std::uint8_t>(what);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    fail(std::string(what) + " has more than 64 bits");
  }

  [[noreturn]] void fail(const std::string& reason) const { throw FormatError(source_, offset_, reason, "get the file again"); }

 private:
  std::span<const std::byte> bytes_;
  std::uint64_t offset_;
  std::filesystem::path source_;
};

}  // namespace musicvae::interop

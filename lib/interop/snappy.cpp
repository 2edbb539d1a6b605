#include "snappy.hpp"

#include <cstdint>

namespace musicvae::interop {
namespace {

constexpr std::size_t kMostPerByte = 22;  // a copy of 3 bytes makes at most 64

// Appends `length` bytes that begin `offset` bytes before the end. The two may overlap, which repeats them.
void copy(std::vector<std::byte>& out, std::uint64_t offset, std::uint64_t length, const ByteReader& packed) {
  if (offset == 0 || offset > out.size()) packed.fail("a Snappy copy begins before the block");
  for (std::uint64_t i = 0; i < length; ++i) out.push_back(out[out.size() - static_cast<std::size_t>(offset)]);
}

std::uint64_t little_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return value;
}

void literal(std::vector<std::byte>& out, unsigned tag, ByteReader& packed) {
  constexpr unsigned kShort = 60;  // above it, the length follows in tag - 59 bytes
  const unsigned code = tag >> 2;
  const std::uint64_t length = 1 + (code < kShort ? code : little_endian(packed.take(code - kShort + 1, "a Snappy length")));
  const auto bytes = packed.take(length, "a Snappy literal");
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

std::vector<std::byte> unpack_snappy(ByteReader packed) {
  const std::uint64_t size = packed.varint("a Snappy size");
  if (size > kMostPerByte * packed.left()) packed.fail("a Snappy block claims " + std::to_string(size) + " bytes, more than it can hold");
  std::vector<std::byte> out;
  out.reserve(static_cast<std::size_t>(size));
  while (!packed.done()) {
    const unsigned tag = packed.number<std::uint8_t>("a Snappy tag");
    switch (tag & 3U) {
      case 0:
        literal(out, tag, packed);
        break;
      case 1:
        copy(out, (tag >> 5) << 8 | packed.number<std::uint8_t>("a Snappy offset"), 4 + (tag >> 2 & 7U), packed);
        break;
      case 2:
        copy(out, packed.number<std::uint16_t>("a Snappy offset"), 1 + (tag >> 2), packed);
        break;
      default:
        copy(out, packed.number<std::uint32_t>("a Snappy offset"), 1 + (tag >> 2), packed);
    }
    if (out.size() > size) packed.fail("a Snappy block is longer than it says");
  }
  if (out.size() != size) packed.fail("a Snappy block is shorter than it says");
  return out;
}

}  // namespace musicvae::interop

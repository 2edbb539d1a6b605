// The input is the contents of an index block and of a data block. They get sound trailers, because no mutation makes a sound checksum.
#include "interop/sorted_table.hpp"

#include "crc32c.hpp"
#include "fuzz.hpp"

namespace {

using namespace musicvae;

std::string with_trailer(std::string block, char compression) {
  block += compression;
  const std::uint32_t crc = masked_crc32c(std::as_bytes(std::span(block)));
  return block.append(reinterpret_cast<const char*>(&crc), sizeof crc);
}

std::string varint(std::size_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80U);
  return bytes + static_cast<char>(value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> parts = fuzz::parts_of(fuzz::bytes_of(data, size), 2);
  const char compression = size > 0 ? static_cast<char>(data[size - 1] % 3) : '\0';
  std::string table = with_trailer(parts[1], compression);
  std::string footer = varint(0) + varint(0) + varint(table.size()) + varint(parts[0].size());
  table += with_trailer(parts[0], 0);
  footer.resize(40);
  table += footer + "\x57\xFB\x80\x8B\x24\x75\x47\xDB";
  return fuzz::run([&] { interop::read_sorted_table(std::as_bytes(std::span(table)), "x.index", [](auto, auto) {}); });
}

#include "packed_model.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "musicvae/error.hpp"

namespace musicvae::drummer {
namespace {

constexpr std::string_view kPackedMark = "MVpacked";

struct Header {
  std::uint64_t size = 0;       // of the file
  std::uint64_t high_size = 0;  // of the high bytes, deflated
  std::uint64_t checksum = 0;
};
constexpr std::size_t kBegin = kPackedMark.size() + sizeof(Header);
constexpr std::uint64_t kLargest = std::uint64_t{1} << 30;

[[noreturn]] void fail(const char* what) {
  throw FormatError("the drummer's packed model", 0, what, "install the plug-in again");
}

}  // namespace

std::string pack_model(std::span<const std::byte> file, std::uint32_t checksum) {
  const std::size_t pairs = file.size() / 2;
  std::string high;
  std::string low;
  for (std::size_t i = 0; i < pairs; ++i) {
    low += static_cast<char>(file[2 * i]);
    high += static_cast<char>(file[2 * i + 1]);
  }
  if (file.size() % 2 != 0) low += static_cast<char>(file.back());

  std::string deflated(compressBound(static_cast<uLong>(high.size())), '\0');
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS, MAX_MEM_LEVEL, Z_HUFFMAN_ONLY) != Z_OK) fail("it cannot be made");
  stream.next_in = reinterpret_cast<Bytef*>(high.data());
  stream.avail_in = static_cast<uInt>(high.size());
  stream.next_out = reinterpret_cast<Bytef*>(deflated.data());
  stream.avail_out = static_cast<uInt>(deflated.size());
  const int end = deflate(&stream, Z_FINISH);
  deflated.resize(stream.total_out);
  deflateEnd(&stream);
  if (end != Z_STREAM_END) fail("it cannot be made");

  const Header header{file.size(), deflated.size(), checksum};
  std::string packed(kPackedMark);
  packed.append(reinterpret_cast<const char*>(&header), sizeof header);
  return packed + deflated + low;
}

std::optional<UnpackedModel> unpack_model(std::span<const std::byte> packed) {
  if (packed.size() < kPackedMark.size() || std::memcmp(packed.data(), kPackedMark.data(), kPackedMark.size()) != 0) return std::nullopt;
  Header header;
  if (packed.size() < kBegin) fail("it ends too early");
  std::memcpy(&header, packed.data() + kPackedMark.size(), sizeof header);
  const std::uint64_t pairs = header.size / 2;
  if (header.size > kLargest || header.high_size > packed.size() || packed.size() - kBegin != header.high_size + header.size - pairs) {
    fail("its sizes are wrong");
  }
  std::vector<Bytef> high(pairs + 1);
  auto size = static_cast<uLongf>(high.size());
  const auto* const deflated = reinterpret_cast<const Bytef*>(packed.data() + kBegin);
  if (uncompress(high.data(), &size, deflated, static_cast<uLong>(header.high_size)) != Z_OK || size != pairs) fail("it is damaged");
  UnpackedModel model{std::vector<std::byte>(header.size), static_cast<std::uint32_t>(header.checksum)};
  const std::byte* const low = packed.data() + kBegin + header.high_size;
  for (std::size_t i = 0; i < pairs; ++i) {
    model.bytes[2 * i] = low[i];
    model.bytes[2 * i + 1] = static_cast<std::byte>(high[i]);
  }
  if (header.size % 2 != 0) model.bytes.back() = low[pairs];
  return model;
}

}  // namespace musicvae::drummer

#include "sorted_table.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "../crc32c.hpp"
#include "byte_reader.hpp"
#include "musicvae/error.hpp"
#include "snappy.hpp"

namespace musicvae::interop {
namespace {

constexpr std::uint64_t kMagic = 0xDB4775248B80FB57U;
constexpr std::size_t kFooter = 48;    // two handles, padding, and the magic number
constexpr std::size_t kTrailer = 5;    // after a block: its compression and its checksum
constexpr std::size_t kRestarts = 16;  // every 16th key is stored whole
// What a checkpoint never reaches. Without limits, a small file of shared keys could take any amount of memory.
constexpr std::size_t kLongestKey = 4096;
constexpr std::size_t kMostEntries = 1 << 17;

enum class Compression : std::uint8_t { none = 0, snappy = 1 };

/// Where a block is in the file.
struct Handle {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

Handle read_handle(ByteReader& reader) {
  const std::uint64_t offset = reader.varint("a block's offset");
  return {offset, reader.varint("a block's size")};
}

/// The contents of a block.
struct Block {
  std::vector<std::byte> unpacked{};
  std::span<const std::byte> contents{};
};

Block read_block(std::span<const std::byte> bytes, const Handle& handle, const std::filesystem::path& source) {
  const std::uint64_t end = bytes.size() - kFooter;
  const auto fail = [&](const std::string& reason) { throw FormatError(source, handle.offset, reason, "get the file again"); };
  if (handle.offset > end || handle.size > end - handle.offset || end - handle.offset - handle.size < kTrailer) {
    fail("a block of " + std::to_string(handle.size) + " bytes goes beyond the end of the table");
  }
  const auto whole = bytes.subspan(static_cast<std::size_t>(handle.offset), static_cast<std::size_t>(handle.size) + kTrailer);
  ByteReader trailer(whole.last(kTrailer), handle.offset + handle.size, source);
  const auto compression = static_cast<Compression>(trailer.number<std::uint8_t>("a block's compression"));
  if (trailer.number<std::uint32_t>("a checksum") != masked_crc32c(whole.first(whole.size() - kTrailer + 1))) {
    fail("a block was changed or damaged: its checksum does not match");
  }
  Block block{.contents = whole.first(whole.size() - kTrailer)};
  if (compression == Compression::snappy) {
    block.unpacked = unpack_snappy(ByteReader(block.contents, handle.offset, source));
    block.contents = block.unpacked;
  } else if (compression != Compression::none) {
    fail("a block has the unknown compression " + std::to_string(static_cast<int>(compression)));
  }
  return block;
}

/// Calls `take` with the entries of a block.
void for_each_entry(std::span<const std::byte> contents, std::uint64_t offset, const std::filesystem::path& source,
                    const std::function<void(std::string_view key, std::span<const std::byte> value)>& take) {
  ByteReader all(contents, offset, source);
  if (contents.size() < sizeof(std::uint32_t)) all.fail("a block has no entries");
  const std::uint64_t restarts =
      ByteReader(contents.last(sizeof(std::uint32_t)), offset, source).number<std::uint32_t>("the number of restarts");
  const std::uint64_t tail = (restarts + 1) * sizeof(std::uint32_t);
  if (tail > contents.size()) all.fail("a block has more restarts than bytes");
  ByteReader entries(contents.first(contents.size() - static_cast<std::size_t>(tail)), offset, source);
  std::string key;
  while (!entries.done()) {
    const std::uint64_t shared = entries.varint("a key");
    const std::uint64_t unshared = entries.varint("a key");
    const std::uint64_t length = entries.varint("a value");
    if (shared > key.size()) entries.fail("a key shares more than the key before it has");
    if (unshared > kLongestKey || shared + unshared > kLongestKey) entries.fail("a key is longer than " + std::to_string(kLongestKey));
    key.resize(static_cast<std::size_t>(shared));
    const auto rest = entries.take(unshared, "a key");
    key.append(reinterpret_cast<const char*>(rest.data()), rest.size());
    take(key, entries.take(length, "a value"));
  }
}

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string block_of(const std::map<std::string, std::string>& entries) {
  std::string block;
  std::vector<std::uint32_t> restarts;
  std::string before;
  std::size_t count = 0;
  for (const auto& [key, value] : entries) {
    std::size_t shared = 0;
    if (count++ % kRestarts == 0) {
      restarts.push_back(static_cast<std::uint32_t>(block.size()));
    } else {
      while (shared < std::min(before.size(), key.size()) && before[shared] == key[shared]) ++shared;
    }
    put_varint(block, shared);
    put_varint(block, key.size() - shared);
    put_varint(block, value.size());
    block.append(key, shared).append(value);
    before = key;
  }
  if (restarts.empty()) restarts.push_back(0);
  for (const std::uint32_t restart : restarts) put(block, restart);
  put(block, static_cast<std::uint32_t>(restarts.size()));
  return block;
}

/// Appends a block with its trailer, and returns its handle as bytes.
std::string append_block(std::string& file, std::string block) {
  std::string handle;
  put_varint(handle, file.size());
  put_varint(handle, block.size());
  block += static_cast<char>(Compression::none);
  put(block, masked_crc32c(std::as_bytes(std::span(block))));
  file += block;
  return handle;
}

}  // namespace

bool looks_like_sorted_table(std::span<const std::byte> bytes) {
  if (bytes.size() < kFooter) return false;
  std::uint64_t magic;
  std::memcpy(&magic, bytes.last(sizeof magic).data(), sizeof magic);
  return magic == kMagic;
}

void read_sorted_table(std::span<const std::byte> bytes, const std::filesystem::path& source,
                       const std::function<void(std::string_view key, std::span<const std::byte> value)>& take) {
  if (!looks_like_sorted_table(bytes)) {
    throw FormatError(source, bytes.size(), "does not end as the index of a checkpoint does; it is cut short or another file",
                      "get the file again");
  }
  ByteReader footer(bytes.last(kFooter), bytes.size() - kFooter, source);
  read_handle(footer);  // the index of filters, which these tables do not have
  const Handle index_handle = read_handle(footer);
  const Block index = read_block(bytes, index_handle, source);
  std::uint64_t end = 0;  // of the blocks before; a block that is listed twice would be read twice
  std::size_t count = 0;
  std::optional<std::string> before;
  for_each_entry(index.contents, index_handle.offset, source, [&](std::string_view, std::span<const std::byte> value) {
    ByteReader reader(value, index_handle.offset, source);
    const Handle handle = read_handle(reader);
    if (handle.offset < end) reader.fail("blocks overlap");
    const Block block = read_block(bytes, handle, source);
    end = handle.offset + handle.size + kTrailer;
    for_each_entry(block.contents, handle.offset, source, [&](std::string_view key, std::span<const std::byte> entry) {
      if (before && key == *before) reader.fail("\"" + *before + "\" is there twice");
      if (before && key < *before) reader.fail("the keys are not in order");
      if (++count > kMostEntries) reader.fail("has more than " + std::to_string(kMostEntries) + " entries");
      before = key;
      take(key, entry);
    });
  });
}

std::string write_sorted_table(const std::map<std::string, std::string>& entries) {
  std::string file;
  const std::string data = append_block(file, block_of(entries));
  std::string footer = append_block(file, block_of({}));
  footer += append_block(file, block_of({{entries.empty() ? std::string() : entries.rbegin()->first, data}}));
  footer.resize(kFooter - sizeof kMagic);
  put(footer, kMagic);
  return file + footer;
}

}  // namespace musicvae::interop

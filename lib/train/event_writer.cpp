#include "event_writer.hpp"

#include <bit>
#include <chrono>
#include <span>
#include <string_view>

#include "../crc32c.hpp"
#include "musicvae/error.hpp"

namespace musicvae::train {
namespace {

// The wire types of protobuf that an Event uses.
enum WireType : unsigned { varint = 0, fixed64 = 1, length_delimited = 2, fixed32 = 5 };

template <class Unsigned>
std::string little_endian(Unsigned value) {
  std::string bytes(sizeof(value), '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(value & 0xFFU);
    value >>= 8;
  }
  return bytes;
}

std::string varint_bytes(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7F) | 0x80);
  return bytes + static_cast<char>(value);
}

std::string key(unsigned field, WireType type) {
  return varint_bytes(field << 3 | type);
}

std::string text_field(unsigned field, std::string_view text) {
  return (key(field, length_delimited) + varint_bytes(text.size())).append(text);
}

std::string event_head(std::int64_t step) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  return key(1, fixed64) + little_endian(std::bit_cast<std::uint64_t>(now.count())) + key(2, varint) +
         varint_bytes(static_cast<std::uint64_t>(step));
}

std::string masked_crc(std::string_view bytes) {
  return little_endian(masked_crc32c(std::as_bytes(std::span(bytes))));
}

}  // namespace

EventWriter::EventWriter(const std::filesystem::path& folder, std::int64_t step) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  path_ = folder / ("events.out.tfevents." + std::to_string(now.count()) + "." + std::to_string(step));
  file_.open(path_, std::ios::binary | std::ios::trunc);
  if (!file_) throw FileError(path_.string() + ": cannot be written; check the folder's permissions or name another folder");
  write_record(event_head(step) + text_field(3, "brain.Event:2"));
}

void EventWriter::add(std::int64_t step, const std::vector<std::pair<std::string, double>>& scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars) {
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    summary += text_field(1, text_field(1, tag) + key(2, fixed32) + little_endian(bits));
  }
  write_record(event_head(step) + text_field(5, summary));
}

void EventWriter::write_record(const std::string& event) {
  const std::string length = little_endian(std::uint64_t{event.size()});
  file_ << length << masked_crc(length) << event << masked_crc(event) << std::flush;
  if (!file_) throw FileError(path_.string() + ": writing failed; free some space or write elsewhere");
}

}  // namespace musicvae::train

#include "plain_midi.hpp"

#include <cstdint>
#include <string>

#include "gathered_notes.hpp"

namespace musicvae::midi {
namespace {

constexpr std::size_t kHeaders = 14 + 8;  // of the file and of its track

// Reads a variable-length quantity, and moves `at` behind it.
std::int64_t quantity(const unsigned char*& at) {
  std::int64_t value = 0;
  while (*at >= 0x80) value = value << 7 | (*at++ & 0x7F);
  return value << 7 | *at++;
}

// The number of bytes of an event that check_midi() keeps. A meta event has its type and its length, which is below 128.
std::ptrdiff_t size_of(const unsigned char* event) {
  if (event[0] == 0xFF) return 3 + event[2];
  return (event[0] & 0xF0) == 0xC0 ? 2 : 3;
}

void gather(const std::string& track, GatheredNotes& gathered) {
  const auto* at = reinterpret_cast<const unsigned char*>(track.data()) + kHeaders;
  const auto* const end = reinterpret_cast<const unsigned char*>(track.data()) + track.size();
  Ticks now;
  while (at != end) {
    now = now + Ticks{quantity(at)};
    gathered.event(now, at);
    at += size_of(at);
  }
}

}  // namespace

NoteSequence parse_plain_midi(std::span<const std::byte> bytes, const std::filesystem::path& source) {
  return gather_tracks(bytes, source, gather);
}

}  // namespace musicvae::midi

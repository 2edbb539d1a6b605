// Decodes the tracks that check_midi wrote, where there is no libsmf. They are plain: one track, a status byte in each event, no
// system exclusive message, and every byte is checked.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "midi/midi_events.hpp"

namespace musicvae::midi {

void for_each_event(const std::string& track, const std::function<void(Ticks at, const unsigned char* bytes)>& use) {
  constexpr std::size_t headers = 14 + 8;  // MThd and the beginning of MTrk
  const auto* bytes = reinterpret_cast<const unsigned char*>(track.data());
  Ticks now;
  for (std::size_t at = headers; at < track.size();) {
    std::int64_t delta = 0;
    do delta = delta << 7 | (bytes[at] & 0x7F);
    while (bytes[at++] >= 0x80);
    now.value += delta;
    use(now, bytes + at);
    const unsigned kind = bytes[at] & 0xF0U;
    at += kind == 0xF0 ? 3 + std::size_t{bytes[at + 2]} : kind == 0xC0 ? 2 : 3;  // a meta event has its length, below 128
  }
}

}  // namespace musicvae::midi

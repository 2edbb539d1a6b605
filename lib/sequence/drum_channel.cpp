#include "musicvae/sequence/drum_channel.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

#include "musicvae/error.hpp"

namespace musicvae {

bool has_drum_channel(const NoteSequence& notes) {
  const auto is_drum = [](const Note& note) { return note.is_drum(); };
  return std::any_of(notes.notes.begin(), notes.notes.end(), is_drum) || std::any_of(notes.unended.begin(), notes.unended.end(), is_drum);
}

DrumChannel DrumChannel::of(int channel) {
  if (channel < 0 || channel > 15) throw ArgumentError("drum channel: " + std::to_string(channel) + " is not a MIDI channel; use 0 to 15");
  return DrumChannel(channel);
}

DrumChannel DrumChannel::from_name(std::string_view text) {
  if (text == "auto") return {};
  if (text == "any") return any();
  int channel = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), channel);
  if (error != std::errc() || end != text.data() + text.size() || channel < 1 || channel > 16)
    throw ArgumentError("drum channel \"" + std::string(text) + "\" is not known; use auto, any, or 1 to 16");
  return of(channel - 1);
}

DrumNotes DrumChannel::choose(const NoteSequence& notes, const DrumMap& map) const {
  if (channel_ != kAutomatic) return {channel_, false};
  if (has_drum_channel(notes)) return {};
  constexpr int middle_c = 60;
  std::int64_t count = 0;
  std::int64_t of_a_kit = 0;
  for (const auto* part : {&notes.notes, &notes.unended}) {
    for (const Note& note : *part) {
      ++count;
      of_a_kit += note.pitch < middle_c && map.drum(note.pitch) ? 1 : 0;
    }
  }
  if (count == 0 || 10 * of_a_kit < 9 * count) return {};
  return {kAll, true};
}

}  // namespace musicvae

// DrumChannel: which MIDI channel's notes are drums.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae {

/// The notes of a piece that are drums: those of one channel, or all. A regular value.
struct DrumNotes {
  int channel = 9;       ///< 0..15, or DrumChannel::all
  bool guessed = false;  ///< no note is on the drum channel, and the piece was taken for drums by its pitches

  [[nodiscard]] bool contains(const Note& note) const { return channel < 0 || note.channel == channel; }
};

/// Is a note of the piece on MIDI's drum channel?
[[nodiscard]] inline bool has_drum_channel(const NoteSequence& notes) {
  const auto is_drum = [](const Note& note) { return note.is_drum(); };
  return std::any_of(notes.notes.begin(), notes.notes.end(), is_drum) || std::any_of(notes.unended.begin(), notes.unended.end(), is_drum);
}

/// How to find the drums of a piece. By default they are on MIDI's drum channel, 10. DAWs export a drum track on channel 1 as often: where
/// no note is on channel 10, a piece whose notes are nearly all pitches of a drum kit is drums on whatever channels it has. A regular value.
class DrumChannel {
 public:
  static constexpr int all = -1;

  constexpr DrumChannel() = default;

  /// Every channel.
  [[nodiscard]] static constexpr DrumChannel any() { return DrumChannel(all); }

  /// One channel, 0..15. Throws ArgumentError for another number.
  [[nodiscard]] static DrumChannel of(int channel) {
    if (channel < 0 || channel > 15) throw ArgumentError("drum channel: " + std::to_string(channel) + " is no MIDI channel; use 0 to 15");
    return DrumChannel(channel);
  }

  /// What the command line calls it: "auto", "any", or "1" to "16". Throws ArgumentError.
  [[nodiscard]] static DrumChannel from_name(std::string_view text) {
    if (text == "auto") return {};
    if (text == "any") return any();
    int channel = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), channel);
    if (error != std::errc() || end != text.data() + text.size() || channel < 1 || channel > 16)
      throw ArgumentError("drum channel \"" + std::string(text) + "\": is none; use auto, any, or 1 to 16");
    return of(channel - 1);
  }

  /// Decides for one piece. A piece is taken for drums off channel 10 when 9 of 10 notes have a pitch that `map` knows and that lies below
  /// middle C, where melodies are rare.
  [[nodiscard]] DrumNotes choose(const NoteSequence& notes, const DrumMap& map) const {
    if (channel_ != automatic) return {channel_, false};
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
    return {all, true};
  }

  friend constexpr bool operator==(const DrumChannel&, const DrumChannel&) = default;

 private:
  static constexpr int automatic = -2;
  explicit constexpr DrumChannel(int channel) : channel_(channel) {}

  int channel_ = automatic;
};

}  // namespace musicvae

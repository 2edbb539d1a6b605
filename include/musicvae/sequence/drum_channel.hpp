// DrumChannel: which MIDI channel's notes are drums.
#pragma once

#include <string_view>

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
[[nodiscard]] bool has_drum_channel(const NoteSequence& notes);

/// How to find the drums of a piece. By default they are on MIDI's drum channel, 10. DAWs export a drum track on channel 1 as often: where
/// no note is on channel 10, a piece whose notes are nearly all pitches of a drum kit is drums on whatever channels it has. A regular value.
class DrumChannel {
 public:
  static constexpr int all = -1;

  constexpr DrumChannel() = default;

  /// Every channel.
  [[nodiscard]] static constexpr DrumChannel any() { return DrumChannel(all); }

  /// One channel, 0..15. Throws ArgumentError for another number.
  [[nodiscard]] static DrumChannel of(int channel);

  /// What the command line calls it: "auto", "any", or "1" to "16". Throws ArgumentError.
  [[nodiscard]] static DrumChannel from_name(std::string_view text);

  /// Decides for one piece. A piece is taken for drums off channel 10 when 9 of 10 notes have a pitch that `map` knows and that lies below
  /// middle C, where melodies are rare.
  [[nodiscard]] DrumNotes choose(const NoteSequence& notes, const DrumMap& map) const;

  friend constexpr bool operator==(const DrumChannel&, const DrumChannel&) = default;

 private:
  static constexpr int automatic = -2;
  explicit constexpr DrumChannel(int channel) : channel_(channel) {}

  int channel_ = automatic;
};

}  // namespace musicvae

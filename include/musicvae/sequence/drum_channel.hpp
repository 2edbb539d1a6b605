// DrumChannel: the MIDI channel whose notes are drums.
#pragma once

#include <string_view>

#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae {

/// Which notes of a piece are drums: the notes of one channel, or all of them. A regular value.
struct DrumNotes {
  int channel = 9;       ///< 0..15, or DrumChannel::kAll
  bool guessed = false;  ///< no note is on the drum channel, and the pitches suggest that the piece is for drums

  [[nodiscard]] bool contains(const Note& note) const { return channel < 0 || note.channel == channel; }
};

/// Whether any note of the piece is on MIDI's drum channel.
[[nodiscard]] bool has_drum_channel(const NoteSequence& notes);

/// How to find the drums of a piece. By default they are the notes on MIDI's drum channel, 10. DAWs export a drum track on channel 1 just
/// as often. Therefore, if no note is on channel 10 and nearly all notes have pitches of a drum kit, the notes of all channels are drums. A
/// regular value.
class DrumChannel {
 public:
  static constexpr int kAll = -1;

  constexpr DrumChannel() = default;

  /// Every channel.
  [[nodiscard]] static constexpr DrumChannel any() { return DrumChannel(kAll); }

  /// One channel, 0..15. Throws ArgumentError for another number.
  [[nodiscard]] static DrumChannel of(int channel);

  /// The channel from its name on the command line: "auto", "any", or "1" to "16". Throws ArgumentError for any other text.
  [[nodiscard]] static DrumChannel from_name(std::string_view text);

  /// Finds the drum notes of one piece. A piece without notes on channel 10 counts as drums if at least 9 of 10 notes have a pitch that
  /// `map` contains and that is below middle C, where melodies are rare.
  [[nodiscard]] DrumNotes choose(const NoteSequence& notes, const DrumMap& map) const;

  friend constexpr bool operator==(const DrumChannel&, const DrumChannel&) = default;

 private:
  static constexpr int kAutomatic = -2;
  explicit constexpr DrumChannel(int channel) : channel_(channel) {}

  int channel_ = kAutomatic;
};

}  // namespace musicvae

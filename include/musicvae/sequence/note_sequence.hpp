// NoteSequence: timed notes with a tempo map and time signatures; what a MIDI file holds.
#pragma once

#include <cstdint>
#include <vector>

#include "musicvae/sequence/tempo_map.hpp"
#include "musicvae/sequence/units.hpp"

namespace musicvae {

/// From `at` on, bars hold `numerator` notes of 1/`denominator`.
struct TimeSignature {
  Ticks at;
  int numerator = 4;
  int denominator = 4;
  friend bool operator==(const TimeSignature&, const TimeSignature&) = default;
};

/// One note. MIDI channel 10 (here 9, counted from 0) is the drum channel.
struct Note {
  int pitch = 0;     ///< 0..127
  int velocity = 0;  ///< 1..127 in a file; the reference's decoder may make 0
  Ticks start;
  Ticks end;
  int channel = 9;  ///< 0..15
  int program = 0;  ///< 0..127
  int track = 0;    ///< which track of the file

  [[nodiscard]] bool is_drum() const { return channel == 9; }
  friend bool operator==(const Note&, const Note&) = default;
};

/// A regular value: copy, compare, keep. Notes stand in the order in which the reader closed them.
///
/// A drum hit has no length, and many programs write hits without one. What has no length is in `unended`, so that `notes` is what the
/// reference reads; whoever looks for hits takes both.
struct NoteSequence {
  TempoMap tempo_map{};
  std::vector<TimeSignature> time_signatures{};
  std::vector<Note> notes{};
  std::vector<Note> unended{};  ///< note-ons that no later note-off ends; their `end` is their `start`
  Ticks end{};                  ///< where the last track ends; a loop's length

  [[nodiscard]] Seconds start_seconds(const Note& note) const { return tempo_map.seconds(note.start); }
  [[nodiscard]] Seconds end_seconds(const Note& note) const { return tempo_map.seconds(note.end); }
  friend bool operator==(const NoteSequence&, const NoteSequence&) = default;
};

}  // namespace musicvae

// NoteSequence: timed notes with a tempo map and time signatures, as in a MIDI file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "musicvae/sequence/tempo_map.hpp"
#include "musicvae/sequence/units.hpp"

namespace musicvae {

/// From `at` on, a bar has `numerator` notes of 1/`denominator`.
struct TimeSignature {
  Ticks at;
  int numerator = 4;
  int denominator = 4;
  friend bool operator==(const TimeSignature&, const TimeSignature&) = default;
};

/// From `at` on, a chord, given by its symbol (read_chord). Any text is allowed: what it means is found when it is used.
struct ChordAnnotation {
  Ticks at;  ///< may be negative
  std::string symbol;
  friend bool operator==(const ChordAnnotation&, const ChordAnnotation&) = default;
};

/// One note. MIDI channel 10 (here 9, counted from 0) is the drum channel.
struct Note {
  int pitch = 0;     ///< 0..127
  int velocity = 0;  ///< 1..127 in a file; the reference's decoder may output 0
  Ticks start;
  Ticks end;
  int channel = 9;  ///< 0..15
  int program = 0;  ///< 0..127
  int track = 0;    ///< index of the track in the file

  [[nodiscard]] bool is_drum() const { return channel == 9; }
  friend bool operator==(const Note&, const Note&) = default;
};

/// The sustain pedal (MIDI controller 64) of a channel goes down or up.
struct PedalChange {
  Ticks at;
  bool down = false;  ///< the controller's value is 64 or more
  int channel = 0;    ///< 0..15
  int track = 0;      ///< index of the track in the file
  friend bool operator==(const PedalChange&, const PedalChange&) = default;
};

/// A regular value. The notes are in the order in which the reader ended them.
///
/// A drum hit has no length, and many programs write hits without one. Notes without a length are in `unended`, so that `notes` contains
/// what the reference reads. Code that looks for hits uses both.
struct NoteSequence {
  TempoMap tempo_map{};
  std::vector<TimeSignature> time_signatures{};
  std::vector<Note> notes{};
  std::vector<Note> unended{};            ///< note-ons that no later note-off ends; their `end` is their `start`
  std::vector<ChordAnnotation> chords{};  ///< in the order of their ticks; MIDI files have none, NoteSequence records may
  Ticks end{};                            ///< where the last track ends; the length of a loop
  std::vector<PedalChange> pedals{};  ///< of one track after the other, each in time; notes end where their keys go up, whatever the pedal

  [[nodiscard]] Seconds start_seconds(const Note& note) const { return tempo_map.seconds(note.start); }
  [[nodiscard]] Seconds end_seconds(const Note& note) const { return tempo_map.seconds(note.end); }
  friend bool operator==(const NoteSequence&, const NoteSequence&) = default;
};

}  // namespace musicvae

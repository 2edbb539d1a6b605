// Converts notes to a melody and a melody to notes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/melody.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae {

/// A note on a grid. It sounds during steps [start, end).
struct StepNote {
  std::int64_t start = 0;
  std::int64_t end = 1;
  int pitch = 60;  ///< 0..127
};

/// The note in musical time, independent of the tempo. Its start and its end move to the nearest step, the later one if they are halfway
/// between two, and it is at least one step long. `start` is negative for a note before the first step.
[[nodiscard]] StepNote to_step_note(const Note& note, int ticks_per_quarter, int steps_per_quarter);

/// The notes as one line of `steps` steps. Of the notes that begin on a step, the highest stays (of equally high ones, the first), and the
/// others are counted as collision. A note ends where the next one begins, even if that is a shorter one. Notes that begin outside the line
/// are counted, too.
[[nodiscard]] Melody to_melody(std::vector<StepNote> notes, int steps, Grid grid, LeftOutCounts& left_out);

/// A melody, and what the conversion left out.
struct QuantizedMelody {
  Melody melody;
  LeftOutCounts left_out;
};

/// Quantises the notes of a file to `grid`, starting at its first tick, and joins those of all tracks to one line as to_melody() does.
/// Notes on the drum channel, of velocity 0, without an end or with an impossible pitch are left out. Without `bars`, the melody has as
/// many whole bars as the notes and the end of the file require. An end after more than 64 silent bars is ignored. If the file has chords,
/// so has the melody: each step has the last chord that begins on it or before, to the nearest step, and "N.C." before the first. A symbol
/// that read_chord() refuses becomes "N.C." and is counted as unknown_chord. Throws ArgumentError when `bars` or `grid` is invalid.
[[nodiscard]] QuantizedMelody melody_from_notes(const NoteSequence& notes, Grid grid = {}, std::optional<int> bars = {});

/// What a melody is played with.
struct MelodySound {
  int velocity = 80;  ///< 1..127
  int program = 0;    ///< 0..127
  int channel = 0;    ///< 0..15, but not 9, which is for drums
};

/// Turns a melody into notes. A note lasts until the next note, the next kOff or the end of the melody. The end is exactly where the last
/// step ends, so that the result loops. melody_from_notes() gives the melody back, with every kOff that ends no note as kHold. A melody
/// with chords gives a chord annotation wherever the chord changes. Throws ArgumentError unless `sound` is in range, `qpm` is 4 to
/// 60,000,000 and `ticks_per_quarter` is a multiple of the grid's steps per quarter, up to 32,767.
[[nodiscard]] NoteSequence to_notes(const Melody& melody, double qpm = 120.0, MelodySound sound = {}, int ticks_per_quarter = 480);

}  // namespace musicvae

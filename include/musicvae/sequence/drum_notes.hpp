// Converts notes to cells and cells to notes: quantises played drums to a grid, and turns a grid into notes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "musicvae/sequence/drum_channel.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae {

/// A drum note as a cell that has not been placed in a sequence yet.
struct Onset {
  std::int64_t step = 0;
  Drum drum = Drum::kick;
  float velocity = 0.0F;  ///< 0..1
  float offset = 0.0F;    ///< -1..1 in half steps; negative is early
};

/// The cell velocity of a MIDI velocity: velocity / 127.
[[nodiscard]] inline float cell_velocity(int midi_velocity) {
  return static_cast<float>(midi_velocity / 127.0);
}

/// Places an onset in its cell. If two onsets share a cell, the louder one stays, or the first of two equally loud ones (Gillick et al.
/// 2019, section 3.2). The other one is counted in `left_out`, as is an onset outside `sequence`.
void place(DrumSequence& sequence, const Onset& onset, LeftOutCounts& left_out);

/// The drum notes in musical time, independent of the tempo. A note halfway between two steps belongs to the later one. The result is
/// exact, because ticks are integers. Notes that `drums` excludes, and notes whose pitch is not in `map`, are counted in `left_out`. A hit
/// has no length, so unended notes are used like all others.
[[nodiscard]] std::vector<Onset> to_onsets(const NoteSequence& notes, const DrumMap& map, int steps_per_quarter, LeftOutCounts& left_out,
                                           DrumNotes drums = {});

namespace detail {

/// Where the file ends, in whole steps of `grid`; 0 if that is so far after the last hit that it does not show the length of the music.
[[nodiscard]] std::int64_t end_step(const NoteSequence& notes, const Grid& grid, std::int64_t last_hit);

/// The step of the last hit; 0 if there are no hits.
[[nodiscard]] std::int64_t last_step(const std::vector<Onset>& onsets);

/// Moves the hits that are played early for the downbeat after the end of a loop of `steps` steps: they become early hits on the first
/// downbeat.
void wrap_early_hits(std::vector<Onset>& onsets, std::int64_t steps);

}  // namespace detail

/// A sequence, and what the conversion left out.
struct QuantizedDrums {
  DrumSequence sequence;
  LeftOutCounts left_out;
  DrumNotes drums;  ///< which notes were treated as drums
};

/// Quantises the drum notes of a file to `grid`, starting at its first tick. Without `bars`, the sequence has as many whole bars as the
/// hits and the end of the file require. An end after more than 64 silent bars is ignored. If the music ends with hits played early for the
/// next downbeat, it is a loop, and these hits belong to its first downbeat. Throws ArgumentError when `bars` or `grid` is invalid.
[[nodiscard]] QuantizedDrums from_notes(const NoteSequence& notes, const DrumMap& map, Grid grid = {}, std::optional<int> bars = {},
                                        DrumChannel channel = {});

namespace detail {

/// The MIDI velocity of a cell's velocity, rounded half to even as in NumPy.
int midi_velocity(float velocity);

}  // namespace detail

/// Turns a sequence into notes. Each note is one step long, but ends earlier at the next hit of its pitch or at the end of the sequence.
/// The end is exactly where the last step ends, so that the result loops. A hit before the first tick moves to that tick. The lowest
/// velocity is 1. From the result, from_notes returns `sequence` again, to the resolution of a tick (an offset of exactly +1 comes back as
/// -1 of the next step). Throws ArgumentError unless `qpm` is 4 to 60,000,000 and `ticks_per_quarter` is a multiple of the grid's steps per
/// quarter, up to 32,767.
[[nodiscard]] NoteSequence to_notes(const DrumSequence& sequence, const DrumMap& map, double qpm = 120.0, int ticks_per_quarter = 480);

/// Turns a sequence into notes as Magenta's converter does, with 120 qpm and 220 ticks per quarter. Each note is one step long, whatever
/// follows it, and its velocity may be 0. A hit before the first tick begins on that tick and ends where it would have ended otherwise. The
/// result ends with its last note.
[[nodiscard]] NoteSequence to_reference_notes(const DrumSequence& sequence, const DrumMap& map);

}  // namespace musicvae

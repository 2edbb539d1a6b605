// Notes to cells and cells to notes: quantising played drums to a grid, and playing a grid.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "musicvae/sequence/drum_channel.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae {

/// A note as a cell that has not been placed yet.
struct Onset {
  std::int64_t step = 0;
  Drum drum = Drum::kick;
  float velocity = 0.0F;  ///< 0..1
  float offset = 0.0F;    ///< -1..1 in half steps, early is negative
};

/// No grid is longer: at 16ths of 4/4, 16,384 bars. What a file puts later is counted as past_the_end.
inline constexpr std::int64_t kMaxSteps = std::int64_t{1} << 18;

/// What a MIDI velocity is in a cell.
[[nodiscard]] inline float cell_velocity(int midi_velocity) {
  return static_cast<float>(midi_velocity / 127.0);
}

/// Puts an onset on its cell. Where two meet the louder one stays, and of equally loud ones the first (Gillick et al. 2019,
/// section 3.2); the other is counted, as is an onset outside `sequence`.
void place(DrumSequence& sequence, const Onset& onset, LeftOutCounts& left_out);

/// The drum notes in musical time: tempo does not matter, and a note halfway between two steps goes to the later one.
/// Exact: ticks are integers. Notes that are no `drums` or of a pitch that `map` does not know are counted. A hit has no length, so unended
/// notes count like all others.
[[nodiscard]] std::vector<Onset> to_onsets(const NoteSequence& notes, const DrumMap& map, int steps_per_quarter, LeftOutCounts& left_out,
                                           DrumNotes drums = {});

namespace detail {

/// Where the file ends, in whole steps of `grid`, unless it lies so far after the last hit that it says nothing.
[[nodiscard]] std::int64_t end_step(const NoteSequence& notes, const Grid& grid, std::int64_t last_hit);

/// The step of the last hit, 0 without any.
[[nodiscard]] std::int64_t last_step(const std::vector<Onset>& onsets);

/// In a loop of `steps` steps, a hit played early for the downbeat after the end is an early hit on the first downbeat.
void wrap_early_hits(std::vector<Onset>& onsets, std::int64_t steps);

}  // namespace detail

/// A sequence and what its making left out.
struct QuantizedDrums {
  DrumSequence sequence;
  LeftOutCounts left_out;
  DrumNotes drums;  ///< which notes were taken for drums
};

/// Quantises the drum notes of a file to `grid`, from its first tick on. Without `bars` the sequence has as many whole bars
/// as its hits and its end ask for; an end of more than 64 silent bars says nothing. Where the music ends with hits played early for the
/// next downbeat, it is a loop, and they belong to its first downbeat. Throws ArgumentError when `bars` or `grid` cannot be.
[[nodiscard]] QuantizedDrums from_notes(const NoteSequence& notes, const DrumMap& map, Grid grid = {}, std::optional<int> bars = {},
                                        DrumChannel channel = {});

namespace detail {

/// MIDI velocity of a cell, rounded half to even as NumPy does.
int midi_velocity(float velocity);

}  // namespace detail

/// Plays a sequence: each hit one step long, or up to the next hit of its pitch, and never past the end, which lies exactly
/// after the last step, so that the result loops. A hit before the first tick moves onto it; the softest velocity is 1.
/// Reading the result with from_notes gives `sequence` again, to the resolution of a tick (an offset of exactly +1 comes
/// back as -1 of the next step). Throws ArgumentError unless `qpm` is a tempo that MIDI can hold and `ticks_per_quarter` a
/// multiple of the grid's steps.
[[nodiscard]] NoteSequence to_notes(const DrumSequence& sequence, const DrumMap& map, double qpm = 120.0, int ticks_per_quarter = 480);

/// Plays a sequence as Magenta's converter does: 120 qpm, 220 ticks a quarter, each hit one step long whatever follows,
/// velocity 0 possible; a hit before the first tick begins on it and ends
/// where it would have. The end is that of the last note.
[[nodiscard]] NoteSequence to_reference_notes(const DrumSequence& sequence, const DrumMap& map);

}  // namespace musicvae

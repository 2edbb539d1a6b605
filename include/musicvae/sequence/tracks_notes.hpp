// Converts notes to tracks and tracks to notes.
#pragma once

#include <compare>
#include <optional>

#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"
#include "musicvae/sequence/tracks.hpp"

namespace musicvae {

/// Tracks, and what the conversion left out.
struct QuantizedTracks {
  Tracks tracks;
  LeftOutCounts left_out;
};

/// Quantises the notes of a file to `grid`, in musical time, starting at its first tick. Each instrument (track, program and channel) is a
/// track; they are ordered by program, with drums last. A start and an end move to the nearest step, the later one if they are halfway, and
/// a note is at least one step long. While its sustain pedal is down, a note goes on until the pedal goes up or its pitch is played again;
/// drums have no pedal. Notes of velocity 0, without an end, and before the first step are left out. Without `bars`, the tracks have as
/// many whole bars as the notes and the end of the file require. An end after more than 64 silent bars is ignored. Throws ArgumentError
/// when `bars` or `grid` is invalid.
[[nodiscard]] QuantizedTracks tracks_from_notes(const NoteSequence& notes, Grid grid = Tracks::kGrid, std::optional<int> bars = {});

/// Turns tracks into notes, each track on a track and a channel of its own; more than 15 instruments share channels. The end is exactly
/// where the last step ends, so that the result loops. tracks_from_notes() gives the value back if its tracks are in that function's order,
/// have notes, and play no pitch twice at once. Throws ArgumentError unless `qpm` is 4 to 60,000,000 and `ticks_per_quarter` is a multiple
/// of the grid's steps per quarter, up to 32,767.
[[nodiscard]] NoteSequence to_notes(const Tracks& tracks, double qpm = 120.0, int ticks_per_quarter = 480);

}  // namespace musicvae

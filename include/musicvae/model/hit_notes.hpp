// Converts hits of 61 classes to notes. A model that distinguishes all General MIDI drums outputs such hits, and each drum keeps its pitch.
#pragma once

#include <span>

#include "musicvae/sequence/drum_notes.hpp"

namespace musicvae {

/// Turns hits [steps, 61] of 0/1 into notes (a DrumSequence would reduce them to nine drums). Each note is one step long and has the
/// velocity kPlainVelocity. The notes are ordered by step, then by pitch. The sequence ends after the last step. Throws ArgumentError for a
/// wrong size, and as to_notes does.
[[nodiscard]] NoteSequence notes_of_hits(std::span<const float> rows, int steps, Grid grid = {}, double qpm = 120.0);

}  // namespace musicvae

// Hits of 61 classes as notes: what a model that tells every General MIDI drum apart has made, with each drum's own pitch.
#pragma once

#include <span>

#include "musicvae/sequence/drum_notes.hpp"

namespace musicvae {

/// Plays hits [steps, 61] of 0/1 (a DrumSequence would make nine drums of them): each one step long and kPlainVelocity loud, by step and
/// pitch; the end lies after the last step. Throws ArgumentError for a wrong size, and as to_notes does.
[[nodiscard]] NoteSequence notes_of_hits(std::span<const float> rows, int steps, Grid grid = {}, double qpm = 120.0);

}  // namespace musicvae

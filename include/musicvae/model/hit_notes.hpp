// Hits of 61 classes as notes: what a model that tells every General MIDI drum apart has made, with each drum's own pitch.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "musicvae/sequence/drum_notes.hpp"

namespace musicvae {

/// Plays hits [steps, 61] of 0/1 (a DrumSequence would make nine drums of them): each one step long and kPlainVelocity loud, by step and
/// pitch; the end lies after the last step. Throws ArgumentError for a wrong size, and as to_notes does.
[[nodiscard]] inline NoteSequence notes_of_hits(std::span<const float> rows, int steps, Grid grid = {}, double qpm = 120.0) {
  const std::size_t classes = kFullDrumPitches.size();
  if (rows.size() != static_cast<std::size_t>(steps) * classes) {
    throw ArgumentError("notes: " + std::to_string(rows.size()) + " hits; give " + std::to_string(steps) + " steps x 61");
  }
  NoteSequence result = to_notes(DrumSequence(steps, grid), DrumMap::reduced(), qpm);  // tempo, meter and end
  const std::int64_t ticks_per_step = result.tempo_map.ticks_per_quarter() / grid.steps_per_quarter;
  for (int step = 0; step < steps; ++step) {
    for (int pitch = 0; pitch < 128; ++pitch) {
      const std::optional<int> drum_class = full_drum_class(pitch);
      if (!drum_class || rows[static_cast<std::size_t>(step) * classes + static_cast<std::size_t>(*drum_class)] <= 0.5F) continue;
      result.notes.push_back({.pitch = pitch,
                              .velocity = detail::midi_velocity(kPlainVelocity),
                              .start = {step * ticks_per_step},
                              .end = {(step + 1) * ticks_per_step}});
    }
  }
  return result;
}

}  // namespace musicvae

#include "musicvae/model/hit_notes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/sequence/drum_classes.hpp"

namespace musicvae {

NoteSequence notes_of_hits(std::span<const float> rows, int steps, Grid grid, double qpm) {
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

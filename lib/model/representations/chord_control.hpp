// The chords in the control track of a model, for all representations with chords: the class of each step's chord, one-hot.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/sequence/chord_sequence.hpp"

namespace musicvae::detail {

/// The chord in a row of a dataset, which may have been made for something else. Throws ArgumentError for a number that is not a class.
[[nodiscard]] inline Chord chord_in(float row) {
  if (row >= 0.0F && row < static_cast<float>(Chord::kClasses)) return Chord::of_class(static_cast<int>(row));
  throw ArgumentError("chord: " + std::to_string(row) + " is not a class; use 0 to " + std::to_string(Chord::kClasses - 1));
}

/// Throws ArgumentError if the config has no chords.
inline void demand_chords(const ModelConfig& config) {
  if (config.representation->has_chords()) return;
  throw ArgumentError("chords: config \"" + config.name + "\" has no chords; leave them out, or use a model with chords");
}

/// One step of the control track: a chord's class in a row -> `control` [49]. Throws as chord_in() does.
inline void write_chord(float row, std::span<float> control) {
  std::fill(control.begin(), control.end(), 0.0F);
  control[static_cast<std::size_t>(chord_in(row).category())] = 1.0F;
}

/// The chords of a control track [steps, 49]: of each step the largest column.
[[nodiscard]] inline ChordSequence chords_in(std::span<const float> control) {
  ChordSequence chords(static_cast<int>(control.size() / Chord::kClasses));
  for (int step = 0; step < chords.steps(); ++step) {
    const std::span<const float> row = control.subspan(static_cast<std::size_t>(step) * Chord::kClasses, Chord::kClasses);
    chords.set(step, 1, Chord::of_class(static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin())));
  }
  return chords;
}

}  // namespace musicvae::detail

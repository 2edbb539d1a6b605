// ReferenceQuantizer: converts seconds to steps, such as 16ths, at one tempo, as note_seq's quantize_note_sequence does.
#pragma once

#include <algorithm>
#include <cstdint>

#include "musicvae/sequence/drum_notes.hpp"

namespace musicvae::data {

/// Steps use note_seq's order of operations, and offsets that of Magenta's converter. Times are in seconds, 0 or more.
class ReferenceQuantizer {
 public:
  explicit ReferenceQuantizer(double qpm, int steps_per_quarter = Grid{}.steps_per_quarter)
      : steps_per_second_(steps_per_quarter * qpm / 60.0), step_seconds_(60.0 / qpm / steps_per_quarter) {}

  /// At most kMaxSteps; later times are past the end of any grid.
  [[nodiscard]] std::int64_t step(double start) const {
    return static_cast<std::int64_t>(std::min(start * steps_per_second_ + 0.5, static_cast<double>(kMaxSteps)));
  }

  [[nodiscard]] Onset onset(double start, Drum drum, int velocity) const {
    const std::int64_t at = step(start);
    const double early = (step_seconds_ * static_cast<double>(at) - start) / step_seconds_ * 2.0;
    return {at, drum, cell_velocity(velocity), std::clamp(0.0F - static_cast<float>(early), -1.0F, 1.0F)};
  }

 private:
  double steps_per_second_;
  double step_seconds_;
};

}  // namespace musicvae::data

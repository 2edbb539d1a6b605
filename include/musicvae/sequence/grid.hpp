// Grid: how musical time is divided into steps.
#pragma once

#include <cstdint>

namespace musicvae {

/// The largest number of steps of a grid: 16,384 bars of 4/4 in 16ths. Notes beyond it are counted as past_the_end.
inline constexpr std::int64_t kMaxSteps = std::int64_t{1} << 18;

/// How time is divided: steps per quarter note, and the meter. The default is 16ths in 4/4.
struct Grid {
  int steps_per_quarter = 4;
  int beats_per_bar = 4;  ///< the meter's numerator
  int beat_unit = 4;      ///< the meter's denominator

  [[nodiscard]] constexpr int steps_per_bar() const { return steps_per_quarter * 4 * beats_per_bar / beat_unit; }
  friend bool operator==(const Grid&, const Grid&) = default;
};

}  // namespace musicvae

// Grid: how musical time is divided into steps.
#pragma once

namespace musicvae {

/// How time is divided: steps per quarter note, and the meter. The default is 16ths in 4/4.
struct Grid {
  int steps_per_quarter = 4;
  int beats_per_bar = 4;  ///< the meter's numerator
  int beat_unit = 4;      ///< the meter's denominator

  [[nodiscard]] constexpr int steps_per_bar() const { return steps_per_quarter * 4 * beats_per_bar / beat_unit; }
  friend bool operator==(const Grid&, const Grid&) = default;
};

}  // namespace musicvae

// Checks of steps and grids that several values share. `what` names the value in the message, such as "melody".
#pragma once

#include <string>

#include "musicvae/error.hpp"
#include "musicvae/sequence/grid.hpp"

namespace musicvae::detail {

/// Throws ArgumentError for fewer than 0 steps.
inline void check_steps(const std::string& what, int steps) {
  if (steps < 0) throw ArgumentError(what + ": " + std::to_string(steps) + " steps; use 0 or more");
}

/// Throws ArgumentError unless a bar of the grid has steps.
inline void check_grid(const std::string& what, const Grid& grid) {
  if (grid.steps_per_quarter < 1 || grid.beats_per_bar < 1 || grid.beat_unit < 1 || grid.steps_per_bar() < 1)
    throw ArgumentError(what + ": the grid has no steps per bar; use positive sizes");
}

/// Throws ArgumentError unless both grids are equal.
inline void check_same_grid(const std::string& what, const Grid& first, const Grid& second) {
  if (first != second) throw ArgumentError(what + ": the two grids differ; convert both to one grid before joining them");
}

[[noreturn]] inline void refuse_step(const std::string& what, int step, int steps) {
  throw ArgumentError(what + ": step " + std::to_string(step) + " is out of range; it has " + std::to_string(steps) + " steps");
}

/// Throws ArgumentError unless steps [first, first + count) are inside the value.
inline void check_range(const std::string& what, int first, int count, int steps) {
  if (first < 0 || count < 0 || first > steps - count) {
    throw ArgumentError(what + ": " + std::to_string(count) + " steps from step " + std::to_string(first) +
                        " on are out of range; it has " + std::to_string(steps) + " steps");
  }
}

}  // namespace musicvae::detail

// CellMask: which cells of a groove are meant, such as those to fill in.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// A choice of cells, `steps` x nine; none at first. A regular value.
class CellMask {
 public:
  CellMask() = default;
  /// Throws ArgumentError for less than 0 steps.
  explicit CellMask(int steps) : steps_(steps) {
    if (steps < 0) throw ArgumentError("cell mask: " + std::to_string(steps) + " steps; use 0 or more");
    cells_.resize(static_cast<std::size_t>(steps) * kDrums);
  }
  /// From [steps, 9] numbers, row-major; not 0 is chosen. Throws ArgumentError for another size.
  CellMask(int steps, std::span<const std::uint8_t> cells) : CellMask(steps) {
    if (cells.size() != cells_.size()) {
      throw ArgumentError("cell mask: " + std::to_string(cells.size()) + " cells; give " + std::to_string(steps) + " steps x 9");
    }
    std::transform(cells.begin(), cells.end(), cells_.begin(), [](std::uint8_t cell) { return cell != 0 ? 1 : 0; });
  }

  [[nodiscard]] int steps() const { return steps_; }
  /// How many cells are chosen.
  [[nodiscard]] int count() const { return static_cast<int>(std::count(cells_.begin(), cells_.end(), 1)); }
  /// Throws ArgumentError when `step` is outside.
  [[nodiscard]] bool at(int step, Drum drum) const { return cells_[index(step, drum)] != 0; }
  /// [steps, 9] of 0 and 1.
  [[nodiscard]] std::span<const std::uint8_t> cells() const { return cells_; }

  /// Chooses a drum's cells in steps [first, first + count). Throws ArgumentError when they are not all inside.
  void choose(Drum drum, int first, int count) {
    check_range(first, count);
    for (int step = first; step < first + count; ++step) cells_[index(step, drum)] = 1;
  }
  /// Chooses all nine drums there.
  void choose(int first, int count) {
    for (int d = 0; d < kDrums; ++d) choose(static_cast<Drum>(d), first, count);
  }

  /// Steps [first, first + count) as a mask of their own. Throws ArgumentError when they are not all inside.
  [[nodiscard]] CellMask slice(int first, int count) const {
    check_range(first, count);
    return {count, std::span(cells_).subspan(static_cast<std::size_t>(first) * kDrums, static_cast<std::size_t>(count) * kDrums)};
  }

  friend bool operator==(const CellMask&, const CellMask&) = default;

 private:
  void check_range(int first, int count) const {
    if (first < 0 || count < 0 || first > steps_ - count) {
      throw ArgumentError("cell mask: " + std::to_string(count) + " steps from step " + std::to_string(first) +
                          " on are not all inside; it has " + std::to_string(steps_) + " steps");
    }
  }
  [[nodiscard]] std::size_t index(int step, Drum drum) const {
    if (step < 0 || step >= steps_)
      throw ArgumentError("cell mask: step " + std::to_string(step) + " is outside; it has " + std::to_string(steps_) + " steps");
    return static_cast<std::size_t>(step) * kDrums + static_cast<std::size_t>(drum);
  }

  int steps_ = 0;
  std::vector<std::uint8_t> cells_;
};

}  // namespace musicvae

// DrumSequence: a grid of steps by nine drums; the value that flows through the whole library.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// How time is divided: steps to a quarter note, and the meter. 16ths in 4/4 unless told.
struct Grid {
  int steps_per_quarter = 4;
  int beats_per_bar = 4;  ///< the meter's numerator
  int beat_unit = 4;      ///< the meter's denominator

  [[nodiscard]] constexpr int steps_per_bar() const { return steps_per_quarter * 4 * beats_per_bar / beat_unit; }
  friend bool operator==(const Grid&, const Grid&) = default;
};

/// One drum at one step.
struct Cell {
  bool hit = false;
  float velocity = 0.0F;  ///< 0..1; MIDI velocity / 127
  float offset = 0.0F;    ///< -1..1 in half steps: -1 is half a step early (the model's tensors have the other sign)
  friend bool operator==(const Cell&, const Cell&) = default;
};

/// `steps` x nine cells on a grid. A regular, cheap value; not synchronised: one thread writes, or many read.
class DrumSequence {
 public:
  DrumSequence() : DrumSequence(0) {}
  explicit DrumSequence(int steps, Grid grid = {}) : grid_(grid), cells_(checked_size(steps, grid)) {}

  [[nodiscard]] const Grid& grid() const { return grid_; }
  [[nodiscard]] int steps() const { return static_cast<int>(cells_.size()) / kDrums; }
  [[nodiscard]] double bars() const { return static_cast<double>(steps()) / grid_.steps_per_bar(); }

  /// The cell of a step and a drum. Throws ArgumentError when `step` is outside.
  [[nodiscard]] const Cell& at(int step, Drum drum) const { return cells_[index(step, drum)]; }

  /// Puts a hit. Throws ArgumentError when `step` is outside or a value is out of its range.
  void set(int step, Drum drum, float velocity = 0.8F, float offset = 0.0F) {
    if (!(velocity >= 0.0F && velocity <= 1.0F))
      throw ArgumentError("drum sequence: velocity " + std::to_string(velocity) + " is out of range; use 0 to 1");
    if (!(offset >= -1.0F && offset <= 1.0F))
      throw ArgumentError("drum sequence: offset " + std::to_string(offset) + " is out of range; use -1 to 1 (half steps)");
    cells_[index(step, drum)] = {true, velocity, offset};
  }

  /// Silences a cell.
  void erase(int step, Drum drum) { cells_[index(step, drum)] = {}; }

  /// Steps [first, first + count) as a sequence of their own.
  [[nodiscard]] DrumSequence slice(int first, int count) const {
    if (first < 0 || count < 0 || first > steps() - count) {
      throw ArgumentError("drum sequence: " + std::to_string(count) + " steps from step " + std::to_string(first) +
                          " on are not all inside; it has " + std::to_string(steps()) + " steps");
    }
    DrumSequence result(count, grid_);
    std::copy_n(cells_.begin() + first * kDrums, count * kDrums, result.cells_.begin());
    return result;
  }

  /// `next` appended. Throws ArgumentError when the grids differ.
  [[nodiscard]] DrumSequence concat(const DrumSequence& next) const {
    DrumSequence result = *this;
    result.append(next);
    return result;
  }

  /// Appends `next` in place, so that joining many parts takes linear time. Throws ArgumentError when the grids differ.
  void append(const DrumSequence& next) {
    if (grid_ != next.grid_) throw ArgumentError("drum sequence: the two grids differ; bring both to one grid before joining them");
    cells_.insert(cells_.end(), next.cells_.begin(), next.cells_.end());
  }

  /// This sequence over and over, `steps` steps long; a longer one is cut. Throws ArgumentError when it is empty and `steps` is not 0.
  [[nodiscard]] DrumSequence repeated(int steps) const {
    if (steps > 0 && cells_.empty()) throw ArgumentError("drum sequence: an empty one cannot be repeated; give it a step");
    DrumSequence result(steps, grid_);
    for (std::size_t i = 0; i < result.cells_.size(); ++i) result.cells_[i] = cells_[i % cells_.size()];
    return result;
  }

  /// The same cells under another grid of as many steps a quarter note, such as that of another meter. Throws ArgumentError otherwise.
  [[nodiscard]] DrumSequence on_grid(const Grid& grid) const {
    if (grid.steps_per_quarter != grid_.steps_per_quarter) {
      throw ArgumentError("drum sequence: its steps are 1/" + std::to_string(grid_.steps_per_quarter) + " of a quarter note, not 1/" +
                          std::to_string(grid.steps_per_quarter) + "; quantise the notes to that grid");
    }
    DrumSequence result(0, grid);
    result.cells_ = cells_;
    return result;
  }

  [[nodiscard]] int hits() const {
    return static_cast<int>(std::count_if(cells_.begin(), cells_.end(), [](const Cell& c) { return c.hit; }));
  }
  /// The share of cells that are hit, 0..1.
  [[nodiscard]] double density() const { return cells_.empty() ? 0.0 : static_cast<double>(hits()) / static_cast<double>(cells_.size()); }

  friend bool operator==(const DrumSequence&, const DrumSequence&) = default;

 private:
  static std::size_t checked_size(int steps, const Grid& grid) {
    if (steps < 0) throw ArgumentError("drum sequence: " + std::to_string(steps) + " steps; use 0 or more");
    if (grid.steps_per_quarter < 1 || grid.beats_per_bar < 1 || grid.beat_unit < 1 || grid.steps_per_bar() < 1)
      throw ArgumentError("drum sequence: the grid has no steps in a bar; use positive sizes");
    return static_cast<std::size_t>(steps) * kDrums;
  }
  [[nodiscard]] std::size_t index(int step, Drum drum) const {
    if (step < 0 || step >= steps())
      throw ArgumentError("drum sequence: step " + std::to_string(step) + " is outside; it has " + std::to_string(steps()) + " steps");
    return static_cast<std::size_t>(step) * kDrums + static_cast<std::size_t>(drum);
  }

  Grid grid_;
  std::vector<Cell> cells_;
};

}  // namespace musicvae

// DrumSequence: a grid of steps by nine drums; the value that flows through the whole library.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/grid.hpp"

namespace musicvae {

class CellMask;

/// One drum at one step.
struct Cell {
  bool hit = false;
  float velocity = 0.0F;  ///< 0..1; MIDI velocity / 127
  float offset = 0.0F;    ///< -1..1 in half steps: -1 is half a step early (the model's tensors have the opposite sign)
  friend bool operator==(const Cell&, const Cell&) = default;
};

/// `steps` x nine cells on a grid. A regular value, cheap to copy. Not synchronised: one thread may write, or many may read.
class DrumSequence {
 public:
  using Mask = CellMask;                                  ///< chooses cells
  static constexpr std::string_view kPlural = "grooves";  ///< in messages

  DrumSequence() : DrumSequence(0) {}
  explicit DrumSequence(int steps, Grid grid = {});

  [[nodiscard]] const Grid& grid() const { return grid_; }
  [[nodiscard]] int steps() const { return static_cast<int>(cells_.size()) / kDrums; }
  [[nodiscard]] double bars() const { return static_cast<double>(steps()) / grid_.steps_per_bar(); }

  /// The cell of a step and a drum. Throws ArgumentError when `step` is outside the sequence.
  [[nodiscard]] const Cell& at(int step, Drum drum) const { return cells_[index(step, drum)]; }

  /// Sets a hit. Throws ArgumentError when `step` is outside the sequence or a value is out of range.
  void set(int step, Drum drum, float velocity = 0.8F, float offset = 0.0F) {
    if (!(velocity >= 0.0F && velocity <= 1.0F) || !(offset >= -1.0F && offset <= 1.0F)) refuse(velocity, offset);
    cells_[index(step, drum)] = {true, velocity, offset};
  }

  /// Removes the hit of a cell, if it has one. Throws ArgumentError when `step` is outside the sequence.
  void erase(int step, Drum drum) { cells_[index(step, drum)] = {}; }

  /// Steps [first, first + count) as a new sequence. Throws ArgumentError unless all of these steps are inside the sequence.
  [[nodiscard]] DrumSequence slice(int first, int count) const;

  /// A copy of this sequence with `next` appended. Throws ArgumentError when the grids differ.
  [[nodiscard]] DrumSequence concat(const DrumSequence& next) const;

  /// Appends `next` in place, so that joining many parts takes linear time. Throws ArgumentError when the grids differ.
  void append(const DrumSequence& next);

  /// This sequence, repeated or cut to `steps` steps. Throws ArgumentError when it is empty and `steps` is not 0.
  [[nodiscard]] DrumSequence repeated(int steps) const;

  /// The same cells on another grid with the same number of steps per quarter note, such as a grid in another meter. Throws ArgumentError
  /// when the number differs.
  [[nodiscard]] DrumSequence on_grid(const Grid& grid) const;

  [[nodiscard]] int hits() const;
  /// The share of cells that hold a hit, 0..1.
  [[nodiscard]] double density() const { return cells_.empty() ? 0.0 : static_cast<double>(hits()) / static_cast<double>(cells_.size()); }

  friend bool operator==(const DrumSequence&, const DrumSequence&) = default;

 private:
  /// Throws an ArgumentError that names the value that is out of range.
  [[noreturn]] static void refuse(float velocity, float offset);
  [[noreturn]] void refuse(int step) const;
  [[nodiscard]] std::size_t index(int step, Drum drum) const {
    if (step < 0 || step >= steps()) refuse(step);
    return static_cast<std::size_t>(step) * kDrums + static_cast<std::size_t>(drum);
  }

  Grid grid_;
  std::vector<Cell> cells_;
};

}  // namespace musicvae

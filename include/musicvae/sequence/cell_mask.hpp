// CellMask: which cells of a groove are meant, such as those to fill in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// A choice of cells, `steps` x nine; none at first. A regular value.
class CellMask {
 public:
  CellMask() = default;
  /// Throws ArgumentError for less than 0 steps.
  explicit CellMask(int steps);
  /// From [steps, 9] numbers, row-major; not 0 is chosen. Throws ArgumentError for another size.
  CellMask(int steps, std::span<const std::uint8_t> cells);

  [[nodiscard]] int steps() const { return steps_; }
  /// How many cells are chosen.
  [[nodiscard]] int count() const;
  /// Throws ArgumentError when `step` is outside.
  [[nodiscard]] bool at(int step, Drum drum) const { return cells_[index(step, drum)] != 0; }
  /// [steps, 9] of 0 and 1.
  [[nodiscard]] std::span<const std::uint8_t> cells() const { return cells_; }

  /// Chooses a drum's cells in steps [first, first + count). Throws ArgumentError when they are not all inside.
  void choose(Drum drum, int first, int count);
  /// Chooses all nine drums there.
  void choose(int first, int count);

  /// Steps [first, first + count) as a mask of their own. Throws ArgumentError when they are not all inside.
  [[nodiscard]] CellMask slice(int first, int count) const;

  friend bool operator==(const CellMask&, const CellMask&) = default;

 private:
  void check_range(int first, int count) const;
  [[nodiscard]] std::size_t index(int step, Drum drum) const;

  int steps_ = 0;
  std::vector<std::uint8_t> cells_;
};

}  // namespace musicvae

// CellMask: a choice of cells of a groove, such as the cells to fill in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// A choice of cells, `steps` x nine. At first no cell is chosen. A regular value.
class CellMask {
 public:
  CellMask() = default;
  /// Throws ArgumentError for fewer than 0 steps.
  explicit CellMask(int steps);
  /// From [steps, 9] numbers, row-major; a number other than 0 chooses its cell. Throws ArgumentError for another size.
  CellMask(int steps, std::span<const std::uint8_t> cells);

  [[nodiscard]] int steps() const { return steps_; }
  /// How many cells are chosen.
  [[nodiscard]] int count() const;
  /// Whether a cell is chosen. Throws ArgumentError when `step` is outside the mask.
  [[nodiscard]] bool at(int step, Drum drum) const { return cells_[index(step, drum)] != 0; }
  /// All cells, [steps, 9]: 1 if chosen, otherwise 0.
  [[nodiscard]] std::span<const std::uint8_t> cells() const { return cells_; }

  /// Chooses a drum's cells in steps [first, first + count). Throws ArgumentError unless all of these steps are inside the mask.
  void choose(Drum drum, int first, int count);
  /// Chooses the cells of all nine drums in these steps.
  void choose(int first, int count);

  /// Steps [first, first + count) as a new mask. Throws ArgumentError unless all of these steps are inside the mask.
  [[nodiscard]] CellMask slice(int first, int count) const;

  /// The chosen cells from `chosen`, the others from `others`. Throws ArgumentError unless both have as many steps as the mask.
  [[nodiscard]] DrumSequence combine(const DrumSequence& chosen, const DrumSequence& others) const;

  friend bool operator==(const CellMask&, const CellMask&) = default;

 private:
  void check_range(int first, int count) const;
  [[nodiscard]] std::size_t index(int step, Drum drum) const;

  int steps_ = 0;
  std::vector<std::uint8_t> cells_;
};

}  // namespace musicvae

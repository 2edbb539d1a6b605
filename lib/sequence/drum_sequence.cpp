#include "musicvae/sequence/drum_sequence.hpp"

#include <algorithm>
#include <string>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

std::size_t checked_cell_count(int steps, const Grid& grid) {
  if (steps < 0) throw ArgumentError("drum sequence: " + std::to_string(steps) + " steps; use 0 or more");
  if (grid.steps_per_quarter < 1 || grid.beats_per_bar < 1 || grid.beat_unit < 1 || grid.steps_per_bar() < 1)
    throw ArgumentError("drum sequence: the grid has no steps per bar; use positive sizes");
  return static_cast<std::size_t>(steps) * kDrums;
}

}  // namespace

DrumSequence::DrumSequence(int steps, Grid grid) : grid_(grid), cells_(checked_cell_count(steps, grid)) {}

DrumSequence DrumSequence::slice(int first, int count) const {
  if (first < 0 || count < 0 || first > steps() - count) {
    throw ArgumentError("drum sequence: " + std::to_string(count) + " steps from step " + std::to_string(first) +
                        " on are out of range; it has " + std::to_string(steps()) + " steps");
  }
  DrumSequence result(count, grid_);
  std::copy_n(cells_.begin() + first * kDrums, count * kDrums, result.cells_.begin());
  return result;
}

DrumSequence DrumSequence::concat(const DrumSequence& next) const {
  DrumSequence result = *this;
  result.append(next);
  return result;
}

void DrumSequence::append(const DrumSequence& next) {
  if (grid_ != next.grid_) throw ArgumentError("drum sequence: the two grids differ; convert both to one grid before joining them");
  cells_.insert(cells_.end(), next.cells_.begin(), next.cells_.end());
}

DrumSequence DrumSequence::repeated(int steps) const {
  if (steps > 0 && cells_.empty()) throw ArgumentError("drum sequence: an empty sequence cannot be repeated; give it a step");
  DrumSequence result(steps, grid_);
  for (std::size_t i = 0; i < result.cells_.size(); ++i) result.cells_[i] = cells_[i % cells_.size()];
  return result;
}

DrumSequence DrumSequence::on_grid(const Grid& grid) const {
  if (grid.steps_per_quarter != grid_.steps_per_quarter) {
    throw ArgumentError("drum sequence: its steps are 1/" + std::to_string(grid_.steps_per_quarter) + " of a quarter note, not 1/" +
                        std::to_string(grid.steps_per_quarter) + "; quantise the notes to that grid");
  }
  DrumSequence result(0, grid);
  result.cells_ = cells_;
  return result;
}

int DrumSequence::hits() const {
  return static_cast<int>(std::count_if(cells_.begin(), cells_.end(), [](const Cell& c) { return c.hit; }));
}

void DrumSequence::refuse(float velocity, float offset) {
  if (!(velocity >= 0.0F && velocity <= 1.0F))
    throw ArgumentError("drum sequence: velocity " + std::to_string(velocity) + " is out of range; use 0 to 1");
  throw ArgumentError("drum sequence: offset " + std::to_string(offset) + " is out of range; use -1 to 1 (half steps)");
}

void DrumSequence::refuse(int step) const {
  throw ArgumentError("drum sequence: step " + std::to_string(step) + " is out of range; it has " + std::to_string(steps()) + " steps");
}

}  // namespace musicvae

#include "musicvae/sequence/drum_sequence.hpp"

#include <algorithm>
#include <string>

#include "musicvae/error.hpp"
#include "sequence/step_checks.hpp"

namespace musicvae {
namespace {

std::size_t checked_cell_count(int steps, const Grid& grid) {
  detail::check_steps("drum sequence", steps);
  detail::check_grid("drum sequence", grid);
  return static_cast<std::size_t>(steps) * kDrums;
}

}  // namespace

DrumSequence::DrumSequence(int steps, Grid grid) : grid_(grid), cells_(checked_cell_count(steps, grid)) {}

DrumSequence DrumSequence::slice(int first, int count) const {
  detail::check_range("drum sequence", first, count, steps());
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
  detail::check_same_grid("drum sequence", grid_, next.grid_);
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
  detail::refuse_step("drum sequence", step, steps());
}

}  // namespace musicvae

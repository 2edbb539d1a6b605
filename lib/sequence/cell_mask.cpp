#include "musicvae/sequence/cell_mask.hpp"

#include <algorithm>
#include <string>

#include "musicvae/error.hpp"
#include "sequence/step_checks.hpp"

namespace musicvae {

CellMask::CellMask(int steps) : steps_(steps) {
  detail::check_steps("cell mask", steps);
  cells_.resize(static_cast<std::size_t>(steps) * kDrums);
}

CellMask::CellMask(int steps, std::span<const std::uint8_t> cells) : CellMask(steps) {
  if (cells.size() != cells_.size()) {
    throw ArgumentError("cell mask: " + std::to_string(cells.size()) + " cells; give " + std::to_string(steps) + " steps x 9");
  }
  std::transform(cells.begin(), cells.end(), cells_.begin(), [](std::uint8_t cell) { return cell != 0 ? 1 : 0; });
}

int CellMask::count() const {
  return static_cast<int>(std::count(cells_.begin(), cells_.end(), 1));
}

void CellMask::choose(Drum drum, int first, int count) {
  check_range(first, count);
  for (int step = first; step < first + count; ++step) cells_[index(step, drum)] = 1;
}

void CellMask::choose(int first, int count) {
  for (int d = 0; d < kDrums; ++d) choose(static_cast<Drum>(d), first, count);
}

CellMask CellMask::slice(int first, int count) const {
  check_range(first, count);
  return {count, std::span(cells_).subspan(static_cast<std::size_t>(first) * kDrums, static_cast<std::size_t>(count) * kDrums)};
}

void CellMask::check_range(int first, int count) const {
  detail::check_range("cell mask", first, count, steps_);
}

std::size_t CellMask::index(int step, Drum drum) const {
  if (step < 0 || step >= steps_) detail::refuse_step("cell mask", step, steps_);
  return static_cast<std::size_t>(step) * kDrums + static_cast<std::size_t>(drum);
}

DrumSequence CellMask::combine(const DrumSequence& chosen, const DrumSequence& others) const {
  if (chosen.steps() != steps_ || others.steps() != steps_) {
    throw ArgumentError("cell mask: it has " + std::to_string(steps_) + " steps, and the grooves have " + std::to_string(chosen.steps()) +
                        " and " + std::to_string(others.steps()) + "; make them equal");
  }
  DrumSequence result(steps_, others.grid());
  for (int step = 0; step < steps_; ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      const Cell& cell = (at(step, drum) ? chosen : others).at(step, drum);
      if (cell.hit) result.set(step, drum, cell.velocity, cell.offset);
    }
  }
  return result;
}

}  // namespace musicvae

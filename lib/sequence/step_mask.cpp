#include "musicvae/sequence/step_mask.hpp"

#include <algorithm>
#include <string>

#include "musicvae/error.hpp"
#include "sequence/step_checks.hpp"

namespace musicvae {

StepMask::StepMask(int steps) {
  detail::check_steps("step mask", steps);
  cells_.resize(static_cast<std::size_t>(steps));
}

int StepMask::count() const {
  return static_cast<int>(std::count(cells_.begin(), cells_.end(), 1));
}

bool StepMask::at(int step) const {
  if (step < 0 || step >= steps()) detail::refuse_step("step mask", step, steps());
  return cells_[static_cast<std::size_t>(step)] != 0;
}

void StepMask::choose(int first, int count) {
  detail::check_range("step mask", first, count, steps());
  std::fill_n(cells_.begin() + first, count, std::uint8_t{1});
}

StepMask StepMask::slice(int first, int count) const {
  detail::check_range("step mask", first, count, steps());
  StepMask result(count);
  std::copy_n(cells_.begin() + first, count, result.cells_.begin());
  return result;
}

void StepMask::check_steps_of(int chosen, int others) const {
  if (chosen != steps() || others != steps()) {
    throw ArgumentError("step mask: it has " + std::to_string(steps()) + " steps, and the values have " + std::to_string(chosen) + " and " +
                        std::to_string(others) + "; make them equal");
  }
}

}  // namespace musicvae

#include "musicvae/sequence/trio_mask.hpp"

#include <algorithm>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/sequence/cell_mask.hpp"
#include "musicvae/sequence/step_mask.hpp"
#include "musicvae/sequence/trio.hpp"
#include "sequence/step_checks.hpp"

namespace musicvae {

TrioMask::TrioMask(int steps) {
  detail::check_steps("trio mask", steps);
  cells_.resize(static_cast<std::size_t>(steps) * kTrioParts);
}

int TrioMask::count() const {
  return static_cast<int>(std::count(cells_.begin(), cells_.end(), 1));
}

bool TrioMask::at(int step, TrioPart part) const {
  if (step < 0 || step >= steps()) detail::refuse_step("trio mask", step, steps());
  return cells_[static_cast<std::size_t>(step) * kTrioParts + static_cast<std::size_t>(part)] != 0;
}

void TrioMask::choose(TrioPart part, int first, int count) {
  detail::check_range("trio mask", first, count, steps());
  for (int step = first; step < first + count; ++step)
    cells_[static_cast<std::size_t>(step) * kTrioParts + static_cast<std::size_t>(part)] = 1;
}

void TrioMask::choose(int first, int count) {
  for (const TrioPart part : {TrioPart::melody, TrioPart::bass, TrioPart::drums}) choose(part, first, count);
}

TrioMask TrioMask::slice(int first, int count) const {
  detail::check_range("trio mask", first, count, steps());
  TrioMask result(count);
  std::copy_n(cells_.begin() + std::ptrdiff_t{first} * kTrioParts, result.cells_.size(), result.cells_.begin());
  return result;
}

Trio TrioMask::combine(const Trio& chosen, const Trio& others) const {
  if (chosen.steps() != steps() || others.steps() != steps()) {
    throw ArgumentError("trio mask: it has " + std::to_string(steps()) + " steps, and the trios have " + std::to_string(chosen.steps()) +
                        " and " + std::to_string(others.steps()) + "; make them equal");
  }
  StepMask melody(steps());
  StepMask bass(steps());
  CellMask drums(steps());
  for (int step = 0; step < steps(); ++step) {
    if (at(step, TrioPart::melody)) melody.choose(step, 1);
    if (at(step, TrioPart::bass)) bass.choose(step, 1);
    if (at(step, TrioPart::drums)) drums.choose(step, 1);
  }
  return {melody.combine(chosen.melody(), others.melody()), bass.combine(chosen.bass(), others.bass()),
          drums.combine(chosen.drums(), others.drums())};
}

}  // namespace musicvae

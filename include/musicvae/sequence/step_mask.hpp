// StepMask: a choice of steps of music with one voice, such as the steps to fill in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace musicvae {

/// A choice of steps. At first no step is chosen. A regular value.
class StepMask {
 public:
  StepMask() = default;
  /// Throws ArgumentError for fewer than 0 steps.
  explicit StepMask(int steps);

  [[nodiscard]] int steps() const { return static_cast<int>(cells_.size()); }
  /// How many steps are chosen.
  [[nodiscard]] int count() const;
  /// Whether a step is chosen. Throws ArgumentError when `step` is outside the mask.
  [[nodiscard]] bool at(int step) const;
  /// All steps: 1 if chosen, otherwise 0.
  [[nodiscard]] std::span<const std::uint8_t> cells() const { return cells_; }

  /// Chooses steps [first, first + count). Throws ArgumentError unless all of these steps are inside the mask.
  void choose(int first, int count);

  /// Steps [first, first + count) as a new mask. Throws ArgumentError unless all of these steps are inside the mask.
  [[nodiscard]] StepMask slice(int first, int count) const;

  /// The chosen steps from `chosen`, the others from `others`. `Value` has steps(), at(step) and set(step, what at() returns). Throws
  /// ArgumentError unless both have as many steps as the mask.
  template <class Value>
  [[nodiscard]] Value combine(const Value& chosen, const Value& others) const {
    check_steps_of(chosen.steps(), others.steps());
    Value result = others;
    for (int step = 0; step < steps(); ++step) {
      if (cells_[static_cast<std::size_t>(step)] != 0) result.set(step, chosen.at(step));
    }
    return result;
  }

  friend bool operator==(const StepMask&, const StepMask&) = default;

 private:
  void check_steps_of(int chosen, int others) const;

  std::vector<std::uint8_t> cells_;
};

}  // namespace musicvae

#include "step_model.hpp"

#include <algorithm>
#include <cmath>

namespace musicvae::evaluation {
namespace {

std::vector<std::uint64_t> combinations(const DrumSequence& groove) {
  std::vector<std::uint64_t> steps(static_cast<std::size_t>(groove.steps()));
  for (int step = 0; step < groove.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      if (groove.at(step, static_cast<Drum>(d)).hit) steps[static_cast<std::size_t>(step)] |= std::uint64_t{1} << d;
    }
  }
  return steps;
}

// The key of the `length` combinations before step `at`.
std::uint64_t history(const std::vector<std::uint64_t>& steps, std::size_t at, std::size_t length) {
  std::uint64_t key = 1;
  for (std::size_t i = at - length; i < at; ++i) key = key << kDrums | steps[i];
  return key;
}

}  // namespace

void StepModel::learn(const DrumSequence& groove) {
  const std::vector<std::uint64_t> steps = combinations(groove);
  for (std::size_t at = 0; at < steps.size(); ++at) {
    for (std::size_t length = 0; length <= std::min<std::size_t>(at, order - 1); ++length) {
      const std::uint64_t key = history(steps, at, length);
      History& known = histories_[key];
      ++known.seen;
      if (++followed_[key << kDrums | steps[at]] == 1) ++known.kinds;
    }
  }
}

double StepModel::log_likelihood(const DrumSequence& groove) const {
  const std::vector<std::uint64_t> steps = combinations(groove);
  double sum = 0.0;
  for (std::size_t at = 0; at < steps.size(); ++at) {
    double p = 1.0 / (1 << kDrums);
    for (std::size_t length = 0; length <= std::min<std::size_t>(at, order - 1); ++length) {
      const std::uint64_t key = history(steps, at, length);
      const auto known = histories_.find(key);
      if (known == histories_.end()) break;
      const auto found = followed_.find(key << kDrums | steps[at]);
      const auto times = static_cast<double>(found == followed_.end() ? 0 : found->second);
      const auto kinds = static_cast<double>(known->second.kinds);
      p = (times + kinds * p) / (static_cast<double>(known->second.seen) + kinds);
    }
    sum += std::log(p);
  }
  return steps.empty() ? 0.0 : sum / static_cast<double>(steps.size());
}

}  // namespace musicvae::evaluation

#include "step_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

namespace musicvae::evaluation {

StepModel::StepModel(std::uint32_t symbols) : symbols_(symbols), bits_(static_cast<int>(std::bit_width(symbols - 1))) {}

std::uint64_t StepModel::history(std::span<const std::uint32_t> steps, std::size_t at, std::size_t length) const {
  std::uint64_t key = 1;
  for (std::size_t i = at - length; i < at; ++i) key = extended(key, steps[i]);
  return key;
}

void StepModel::learn(std::span<const std::uint32_t> steps) {
  for (std::size_t at = 0; at < steps.size(); ++at) {
    for (std::size_t length = 0; length <= std::min<std::size_t>(at, order - 1); ++length) {
      const std::uint64_t key = history(steps, at, length);
      History& known = histories_[key];
      ++known.seen;
      if (++followed_[extended(key, steps[at])] == 1) ++known.kinds;
    }
  }
}

double StepModel::log_likelihood(std::span<const std::uint32_t> steps) const {
  double sum = 0.0;
  for (std::size_t at = 0; at < steps.size(); ++at) {
    double p = 1.0 / static_cast<double>(symbols_);
    for (std::size_t length = 0; length <= std::min<std::size_t>(at, order - 1); ++length) {
      const std::uint64_t key = history(steps, at, length);
      const auto known = histories_.find(key);
      if (known == histories_.end()) break;
      const auto found = followed_.find(extended(key, steps[at]));
      const auto times = static_cast<double>(found == followed_.end() ? 0 : found->second);
      const auto kinds = static_cast<double>(known->second.kinds);
      p = (times + kinds * p) / (static_cast<double>(known->second.seen) + kinds);
    }
    sum += std::log(p);
  }
  return steps.empty() ? 0.0 : sum / static_cast<double>(steps.size());
}

}  // namespace musicvae::evaluation

// Quantities that change with the step: the learning rate, the weight of the KL term and the share of scheduled sampling. Steps count from
// 0: step n is the update after n others.
#pragma once

#include <cmath>
#include <cstdint>

#include "musicvae/model/config.hpp"

namespace musicvae::train {

namespace detail {

/// rate^step as in TensorFlow, which rounds the rate to float32: after 100,000 steps, 0.99999 is 0.03 % lower that way.
[[nodiscard]] inline double power(double rate, std::int64_t step) {
  return std::pow(static_cast<double>(static_cast<float>(rate)), static_cast<double>(step));
}

}  // namespace detail

/// lr = (learning_rate - min_learning_rate) * decay_rate^step + min_learning_rate.
[[nodiscard]] inline double learning_rate(const TrainingConfig& config, std::int64_t step) {
  return (config.learning_rate - config.min_learning_rate) * detail::power(config.decay_rate, step) + config.min_learning_rate;
}

/// beta = (1 - beta_rate^step) * max_beta. 0^0 is 1, so a rate of 0 means no KL term at step 0 and the full term afterwards.
[[nodiscard]] inline double beta(const TrainingConfig& config, std::int64_t step) {
  return (1.0 - detail::power(config.beta_rate, step)) * config.max_beta;
}

/// The share of decoder steps whose input is the model's own choice instead of the truth (SamplingSchedule gives the formulae).
[[nodiscard]] inline double sampling_probability(const TrainingConfig& config, std::int64_t step) {
  const double rate = config.sampling_rate;
  switch (config.sampling_schedule) {
    case SamplingSchedule::constant:
      return rate;
    case SamplingSchedule::exponential:
      return 1.0 - detail::power(rate, step);
    case SamplingSchedule::inverse_sigmoid:
      return 1.0 - rate / (rate + std::exp(static_cast<double>(step) / rate));
  }
  return 0.0;
}

}  // namespace musicvae::train

// Metrics of a training run. Losses are in nats per window (sums over steps and cells, means over windows).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace musicvae::train {

/// The terms of the loss, as means over windows.
struct LossTerms {
  double loss = 0.0;                                  ///< parts + beta * kl_cost
  std::vector<std::pair<std::string, double>> parts;  ///< "hits", "velocities", "offsets", or "categories"
  double kl = 0.0;
  double kl_cost = 0.0;  ///< the part of the KL above the free bits
};

/// One update.
struct StepMetrics {
  std::int64_t step = 0;  ///< updates done before this one
  LossTerms terms;
  double beta = 0.0;
  double grad_norm = 0.0;  ///< before clipping; at TrainingConfig::grad_norm_to_zero or above, the gradients were set to zero
  double learning_rate = 0.0;
  double seconds = 0.0;
  double data_wait = 0.0;  ///< the part of `seconds` in which the update waited for its windows
};

/// A pass over all windows of the validation split, without dropout. It always uses TrainingConfig::max_beta, so passes at different steps
/// are comparable.
struct ValidationMetrics {
  std::int64_t step = 0;  ///< updates done
  LossTerms mean;         ///< z = mu
  LossTerms sampled;      ///< z = mu + sigma * eps, the same eps at every validation
  std::int64_t windows = 0;
  double seconds = 0.0;
  bool best = false;  ///< the lowest sampled.loss so far
};

}  // namespace musicvae::train

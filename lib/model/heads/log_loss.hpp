// The log loss of one hit, which several heads use.
#pragma once

#include <cmath>

namespace musicvae {

[[nodiscard]] inline double sigmoid(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

/// -log p of a hit or of no hit. `epsilon` is added to the probability.
[[nodiscard]] inline double log_loss(double logit, bool hit, double epsilon) {
  const double p = sigmoid(logit);
  return -std::log((hit ? p : 1.0 - p) + epsilon);
}

}  // namespace musicvae

// Similarity of the distributions of two collections of numbers, after Yang and Lerch ("On the evaluation of generative models in music",
// 2018).
#pragma once

#include <span>

namespace musicvae::evaluation {

/// A comparison of two probability densities, each estimated with Gaussian kernels of Scott's bandwidth, sd n^(-1/5).
struct DistributionSimilarity {
  double overlap = 0.0;  ///< area under both curves, 0 (disjoint) to 1 (identical)
  double kl = 0.0;       ///< KL(reference || other) in nats; inaccurate where `other` has few numbers, and at most about 20
};

/// Compares `other` with `reference`. Throws ArgumentError when one of them is empty or contains a number that is not finite.
[[nodiscard]] DistributionSimilarity compare(std::span<const double> reference, std::span<const double> other);

}  // namespace musicvae::evaluation

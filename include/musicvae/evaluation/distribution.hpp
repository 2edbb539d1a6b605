// How alike two collections of numbers are distributed, after Yang and Lerch ("On the evaluation of generative models in music", 2018).
#pragma once

#include <span>

namespace musicvae::evaluation {

/// Two probability densities compared, each estimated with Gaussian kernels of Scott's bandwidth, sd n^(-1/5).
struct Likeness {
  double overlap = 0.0;  ///< the area under both, 0 (apart) to 1 (the same)
  double kl = 0.0;       ///< KL(reference || other) in nats; rough where the other has hardly any numbers, and at most some 20
};

/// Compares what is measured with what it is measured against. Throws ArgumentError when one is empty or has a number that is not finite.
[[nodiscard]] Likeness compare(std::span<const double> reference, std::span<const double> other);

}  // namespace musicvae::evaluation

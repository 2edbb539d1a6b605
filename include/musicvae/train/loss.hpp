// The loss: reconstruction plus beta times the KL above the free bits (Roberts et al. 2018, section 2.1; Gillick et al. 2019, section 3.3).
#pragma once

#include <cstdint>
#include <vector>

#include "musicvae/train/head.hpp"
#include "musicvae/train/music_vae.hpp"

namespace musicvae::train {

/// KL(N(mu, diag(sigma^2)) || N(0, I)) of each window, in nats: [B].
[[nodiscard]] torch::Tensor kl_divergence(const Posterior& posterior);

/// All terms of the loss for a batch.
struct Loss {
  std::vector<LossPart> parts;
  torch::Tensor reconstruction;  ///< float64 [B], nats: the parts summed over steps; parts after the first are multiplied by feel_weight
  torch::Tensor kl;              ///< [B], nats
  torch::Tensor kl_cost;         ///< [B]: the part of the KL above the free bits
  double beta;
  torch::Tensor total;  ///< float64: mean(reconstruction) + beta * mean(kl_cost)
};

/// The loss at an update step; the step determines beta.
[[nodiscard]] Loss compute_loss(const ModelConfig& config, const Reconstruction& result, const Batch& batch, std::int64_t step);

}  // namespace musicvae::train

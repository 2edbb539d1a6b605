// The loss: reconstruction plus beta times the KL above the free bits (Roberts et al. 2018, section 2.1; Gillick et al. 2019, section 3.3).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "musicvae/train/music_vae.hpp"

namespace musicvae::train {

/// One term of the reconstruction loss.
struct LossPart {
  const char* name;     ///< "hits", "velocities", "offsets", or "categories"
  torch::Tensor steps;  ///< [T, B], summed over the step's cells; zero beyond a window's length
};

/// What the config's output head says about logits and target [T, B, output_depth].
/// Groove: log loss of the hits (1e-7 inside the logs), squared errors of velocities (sigmoid) and offsets (tanh), over all cells, empty
/// ones too unless the training config says feel_on_hits. Feel: the same log loss of the hits, and -log p of the bins of velocities and
/// offsets over the hits; its logits are [T, B, output_layer_width()]. Categorical: softmax cross entropy, of each part of the output. Nade: log loss of the hits, each given those before it (1e-6
/// inside the logs). Terms sum over cells and steps, and average over windows only.
[[nodiscard]] std::vector<LossPart> reconstruction_parts(const ModelConfig& config, const torch::Tensor& logits,
                                                         const torch::Tensor& target);

/// KL(N(mu, diag(sigma^2)) || N(0, I)) of each window, in nats: [B].
[[nodiscard]] torch::Tensor kl_divergence(const Posterior& posterior);

/// All terms of a batch.
struct Loss {
  std::vector<LossPart> parts;
  torch::Tensor reconstruction;  ///< float64 [B], nats: the parts summed over steps, those after the first times feel_weight
  torch::Tensor kl;              ///< [B], nats
  torch::Tensor kl_cost;         ///< [B]: what of it lies above the free bits
  double beta;
  torch::Tensor total;  ///< float64: mean(reconstruction) + beta * mean(kl_cost)
};

/// The loss at an update step, which sets beta.
[[nodiscard]] Loss compute_loss(const ModelConfig& config, const Reconstruction& result, const Batch& batch, std::int64_t step);

}  // namespace musicvae::train

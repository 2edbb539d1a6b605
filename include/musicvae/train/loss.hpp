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

/// The reconstruction loss of the config's output head, for logits and target [T, B, output_depth]:
/// - groove: log loss of the hits (1e-7 inside the logs), squared errors of velocities (sigmoid) and offsets (tanh). Errors count over all
///   cells, including empty ones, unless the training config sets feel_on_hits.
/// - feel: the same log loss of the hits, and -log p of the bins of velocities and offsets, over the hits. Its logits are [T, B,
///   output_layer_width()].
/// - categorical: softmax cross-entropy of each part of the output.
/// - nade: log loss of the hits, each given those before it (1e-6 inside the logs).
/// Terms are sums over cells and steps, and are averaged over windows only.
[[nodiscard]] std::vector<LossPart> reconstruction_parts(const ModelConfig& config, const torch::Tensor& logits,
                                                         const torch::Tensor& target);

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

#include "musicvae/train/loss.hpp"

#include <numbers>

#include "musicvae/train/schedule.hpp"

namespace musicvae::train {
torch::Tensor kl_divergence(const Posterior& posterior) {
  return (0.5 * (posterior.sigma.square() + posterior.mu.square()) - torch::log(posterior.sigma) - 0.5).sum(1);
}

Loss compute_loss(const ModelConfig& config, const Reconstruction& result, const Batch& batch, std::int64_t step) {
  Loss loss;
  loss.parts = head_of(config).loss(config, result.logits, batch.target);
  if (batch.lengths.defined()) {
    const torch::Tensor valid = torch::arange(batch.target.size(0), batch.lengths.options()).unsqueeze(1) < batch.lengths;
    for (LossPart& part : loss.parts) part.steps = torch::where(valid, part.steps, 0.0);
  }
  for (std::size_t i = 0; i < loss.parts.size(); ++i) {
    torch::Tensor windows =
        loss.parts[i].steps.sum(0, false, torch::kFloat64);  // several hundred, summed over thousands of cells: float32 would lose digits
    if (i > 0) windows = windows * config.training.feel_weight;
    loss.reconstruction = loss.reconstruction.defined() ? loss.reconstruction + windows : windows;
  }
  loss.kl = kl_divergence(result.posterior);
  loss.kl_cost = torch::relu(loss.kl - config.training.free_bits * std::numbers::ln2);
  loss.beta = beta(config.training, step);
  loss.total = loss.reconstruction.mean() + loss.beta * loss.kl_cost.mean();
  return loss;
}

}  // namespace musicvae::train

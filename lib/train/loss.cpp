#include "musicvae/train/loss.hpp"

#include <cmath>
#include <numbers>

#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/train/output_head.hpp"
#include "musicvae/train/schedule.hpp"

namespace musicvae::train {
namespace {

torch::Tensor log_loss(const torch::Tensor& probability, const torch::Tensor& target, double epsilon) {
  return -(target * torch::log(probability + epsilon) + (1 - target) * torch::log(1 - probability + epsilon));
}

// Softmax cross-entropy, summed over the parts of the output.
torch::Tensor cross_entropy(const ModelConfig& config, const torch::Tensor& logits, const torch::Tensor& target) {
  torch::Tensor sum;
  std::int64_t at = 0;
  for (const int width : output_parts(config)) {
    const torch::Tensor part = -(target.narrow(2, at, width) * torch::log_softmax(logits.narrow(2, at, width), 2)).sum(2);
    sum = sum.defined() ? sum + part : part;
    at += width;
  }
  return sum;
}

// -log p of the bin of [low, 1] that contains `target` [T, B, drums], where there is a hit; `mixtures` is [T, B, drums * 3 * components].
torch::Tensor bin_loss(const ModelConfig& config, const torch::Tensor& mixtures, const torch::Tensor& target, const torch::Tensor& hits,
                       double low) {
  constexpr double epsilon = 1e-8;
  const std::int64_t bins = config.feel_bins;
  const torch::Tensor edges = feel_edges(config, low, target.options());
  const torch::Tensor bin = ((target - low) * (static_cast<double>(bins) / (1.0 - low))).floor().clamp(0, bins - 1).to(torch::kInt64);
  const torch::Tensor p = feel_probability(mixtures.reshape({target.size(0), target.size(1), target.size(2), -1}),
                                           edges.take(bin).unsqueeze(3), edges.take(bin + 1).unsqueeze(3), low);
  return torch::where(hits > 0.5, -torch::log(p.squeeze(3) + epsilon), 0.0).sum(2);
}

}  // namespace

std::vector<LossPart> reconstruction_parts(const ModelConfig& config, const torch::Tensor& logits, const torch::Tensor& target) {
  constexpr double groove_epsilon = 1e-7;  // TensorFlow's tf.losses.log_loss
  constexpr double nade_epsilon = 1e-6;    // Magenta's Nade
  if (config.head == OutputHead::categorical) return {{"categories", cross_entropy(config, logits, target)}};
  if (config.head == OutputHead::nade) return {{"hits", log_loss(torch::sigmoid(logits), target, nade_epsilon).sum(2)}};
  const std::vector<torch::Tensor> wanted = target.chunk(3, 2);
  if (config.head == OutputHead::feel) {
    const std::int64_t drums = config.output_depth / 3;
    const std::int64_t width = drums * 3 * config.feel_components;
    return {{"hits", log_loss(torch::sigmoid(logits.narrow(2, 0, drums)), wanted[0], groove_epsilon).sum(2)},
            {"velocities", bin_loss(config, logits.narrow(2, drums, width), wanted[1], wanted[0], 0.0)},
            {"offsets", bin_loss(config, logits.narrow(2, drums + width, width), wanted[2], wanted[0], -1.0)}};
  }
  const std::vector<torch::Tensor> said = logits.chunk(3, 2);
  const auto counted = [&](const torch::Tensor& errors) {
    return (config.training.feel_on_hits ? torch::where(wanted[0] > 0.5, errors, 0.0) : errors).sum(2);
  };
  return {{"hits", log_loss(torch::sigmoid(said[0]), wanted[0], groove_epsilon).sum(2)},
          {"velocities", counted((torch::sigmoid(said[1]) - wanted[1]).square())},
          {"offsets", counted((torch::tanh(said[2]) - wanted[2]).square())}};
}

torch::Tensor kl_divergence(const Posterior& posterior) {
  return (0.5 * (posterior.sigma.square() + posterior.mu.square()) - torch::log(posterior.sigma) - 0.5).sum(1);
}

Loss compute_loss(const ModelConfig& config, const Reconstruction& result, const Batch& batch, std::int64_t step) {
  Loss loss;
  loss.parts = reconstruction_parts(config, result.logits, batch.target);
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

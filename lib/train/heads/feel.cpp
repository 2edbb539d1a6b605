#include "musicvae/model/heads/feel.hpp"

#include "musicvae/model/heads/groove.hpp"
#include "train/heads/heads.hpp"

namespace musicvae::train {
namespace {

const FeelHead& feel_of(const ModelConfig& config) {
  return dynamic_cast<const FeelHead&>(*config.head);
}

// -log p of the bin of [low, 1] that contains `target` [T, B, drums], where there is a hit; `mixtures` is [T, B, drums * 3 * components].
torch::Tensor bin_loss(std::int64_t bins, const torch::Tensor& mixtures, const torch::Tensor& target, const torch::Tensor& hits,
                       double low) {
  const torch::Tensor edges = feel_edges(static_cast<int>(bins), low, target.options());
  const torch::Tensor bin = ((target - low) * (static_cast<double>(bins) / (1.0 - low))).floor().clamp(0, bins - 1).to(torch::kInt64);
  const torch::Tensor p = feel_probability(mixtures.reshape({target.size(0), target.size(1), target.size(2), -1}),
                                           edges.take(bin).unsqueeze(3), edges.take(bin + 1).unsqueeze(3), low);
  return torch::where(hits > 0.5, -torch::log(p.squeeze(3) + FeelHead::kBinEpsilon), 0.0).sum(2);
}

// Draws values from bins of [low, 1], uniformly within a bin: `p` [B, drums, bins] and `uniforms` [B, drums] -> [B, drums].
torch::Tensor draw_from_bins(const torch::Tensor& p, const torch::Tensor& uniforms, double low) {
  const torch::Tensor below = p.cumsum(2);
  const torch::Tensor bin = (below <= uniforms.unsqueeze(2)).sum(2, true).clamp_max(p.size(2) - 1);
  const torch::Tensor p_bin = p.gather(2, bin);
  const torch::Tensor within = ((uniforms.unsqueeze(2) - (below.gather(2, bin) - p_bin)) / p_bin).clamp(0.0, 1.0);
  return low + (bin + within).squeeze(2) * ((1.0 - low) / static_cast<double>(p.size(2)));
}

class TrainedFeelHead final : public Head {
 public:
  // The log loss of the hits as in the groove head, and -log p of the bins of velocities and offsets, over the hits.
  [[nodiscard]] std::vector<LossPart> loss(const ModelConfig& config, const torch::Tensor& logits,
                                           const torch::Tensor& target) const override {
    const FeelHead& feel = feel_of(config);
    const std::vector<torch::Tensor> wanted = target.chunk(3, 2);
    const std::int64_t drums = config.output_depth() / 3;
    const std::int64_t width = drums * 3 * feel.components();
    return {{"hits", log_loss(torch::sigmoid(logits.narrow(2, 0, drums)), wanted[0], GrooveHead::kEpsilon).sum(2)},
            {"velocities", bin_loss(feel.bins(), logits.narrow(2, drums, width), wanted[1], wanted[0], FeelHead::kLowestVelocity)},
            {"offsets", bin_loss(feel.bins(), logits.narrow(2, drums + width, width), wanted[2], wanted[0], FeelHead::kLowestOffset)}};
  }

  [[nodiscard]] std::int64_t loss_depth(const ModelConfig& config) const override {
    return feel_of(config).logit_depth(config.output_depth());
  }

  [[nodiscard]] std::int64_t draws(const ModelConfig& config) const override { return config.output_depth(); }

  [[nodiscard]] torch::Tensor choose(const ModelConfig& config, const HeadWeights*, const torch::Tensor& logits,
                                     const torch::Tensor& uniforms) const override {
    const FeelHead& feel = feel_of(config);
    const std::int64_t drums = config.output_depth() / 3;
    const torch::Tensor hits = (torch::sigmoid(logits.narrow(1, 0, drums)) > uniforms.narrow(1, 0, drums)).to(logits.scalar_type());
    const auto drawn = [&](std::int64_t part, double low) {
      const std::int64_t width = drums * 3 * feel.components();
      const torch::Tensor edges = feel_edges(feel.bins(), low, logits.options());
      const torch::Tensor p = feel_probability(logits.narrow(1, drums + part * width, width).reshape({logits.size(0), drums, -1}),
                                               edges.narrow(0, 0, feel.bins()), edges.narrow(0, 1, feel.bins()), low);
      return hits * draw_from_bins(p, uniforms.narrow(1, (part + 1) * drums, drums), low);
    };
    return torch::cat({hits, drawn(0, FeelHead::kLowestVelocity), drawn(1, FeelHead::kLowestOffset)}, 1);
  }
};

}  // namespace

torch::Tensor feel_probability(const torch::Tensor& mixtures, const torch::Tensor& from, const torch::Tensor& to, double low) {
  const int components = static_cast<int>(mixtures.size(-1) / 3);
  const std::vector<torch::Tensor> predicted = mixtures.unsqueeze(-2).chunk(3, -1);
  torch::Tensor centres = torch::empty({components}, torch::TensorOptions().dtype(torch::kFloat32));
  for (int k = 0; k < components; ++k) centres[k] = FeelHead::centre(low, k, components);
  const torch::Tensor mean = predicted[1] + centres.to(mixtures.device());
  const torch::Tensor sharpness =
      torch::exp(-predicted[2].clamp(-FeelHead::kMostLogScale, FeelHead::kMostLogScale)) / FeelHead::scale(low, components);
  const torch::Tensor left = (from.unsqueeze(-1) - mean) * sharpness;
  const torch::Tensor right = (to.unsqueeze(-1) - mean) * sharpness;
  // The side where the distribution function is small and keeps its digits.
  const torch::Tensor side = torch::where(left + right > 0, -1.0, 1.0);
  const torch::Tensor between = (torch::sigmoid(side * right) - torch::sigmoid(side * left)) * side;
  return (torch::softmax(predicted[0], -1) * between).sum(-1);
}

torch::Tensor feel_edges(int bins, double low, const torch::TensorOptions& options) {
  constexpr double far = 1e3;  // not infinity, whose gradient would be NaN
  torch::Tensor edges = low + torch::arange(bins + 1, options) * ((1.0 - low) / bins);
  edges[0] = -far;
  edges[bins] = far;
  return edges;
}

std::unique_ptr<const Head> feel_head() {
  return std::make_unique<TrainedFeelHead>();
}

}  // namespace musicvae::train

#include "musicvae/model/tensor_specs.hpp"
#include "train/heads/heads.hpp"

namespace musicvae::train {
namespace {

// Softmax cross-entropy, summed over the one-hot groups of the output.
class TrainedCategoricalHead final : public Head {
 public:
  [[nodiscard]] std::vector<LossPart> loss(const ModelConfig& config, const torch::Tensor& logits,
                                           const torch::Tensor& target) const override {
    torch::Tensor sum;
    std::int64_t at = 0;
    for (const int width : one_hot_groups(config)) {
      const torch::Tensor part = -(target.narrow(2, at, width) * torch::log_softmax(logits.narrow(2, at, width), 2)).sum(2);
      sum = sum.defined() ? sum + part : part;
      at += width;
    }
    return {{"categories", sum}};
  }

  [[nodiscard]] std::int64_t draws(const ModelConfig& config) const override {
    return static_cast<std::int64_t>(one_hot_groups(config).size());
  }

  [[nodiscard]] torch::Tensor choose(const ModelConfig& config, const HeadWeights*, const torch::Tensor& logits,
                                     const torch::Tensor& uniforms) const override {
    std::vector<torch::Tensor> chosen;
    std::int64_t at = 0;
    for (const int width : one_hot_groups(config)) {
      const torch::Tensor below = torch::softmax(logits.narrow(1, at, width), 1).cumsum(1);
      const torch::Tensor u = uniforms.narrow(1, static_cast<std::int64_t>(chosen.size()), 1);
      const torch::Tensor category = (below <= u).sum(1).clamp_max(width - 1);
      chosen.push_back(torch::one_hot(category, width).to(logits.scalar_type()));
      at += width;
    }
    return torch::cat(chosen, 1);
  }
};

}  // namespace

std::unique_ptr<const Head> categorical_head() {
  return std::make_unique<TrainedCategoricalHead>();
}

}  // namespace musicvae::train

// The loss of the new head, and its choice for scheduled sampling.
#pragma once

#include <musicvae/train.hpp>
#include <vector>

class BernoulliLoss final : public musicvae::train::Head {
 public:
  [[nodiscard]] std::vector<musicvae::train::LossPart> loss(const musicvae::ModelConfig&, const torch::Tensor& logits,
                                                            const torch::Tensor& target) const override {
    return {{"hits", torch::binary_cross_entropy_with_logits(logits, target, {}, {}, at::Reduction::None).sum(2)}};
  }
  [[nodiscard]] std::int64_t draws(const musicvae::ModelConfig& config) const override { return config.output_depth(); }
  [[nodiscard]] torch::Tensor choose(const musicvae::ModelConfig&, const musicvae::train::HeadWeights*, const torch::Tensor& logits,
                                     const torch::Tensor& uniforms) const override {
    return (torch::sigmoid(logits) > uniforms).to(logits.scalar_type());
  }
};

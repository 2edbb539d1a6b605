// The categorical head: a softmax over the output depth (Roberts et al. 2018, section 3.2).
#pragma once

#include "musicvae/model/head.hpp"

namespace musicvae {

/// One category per step, or one per output part.
class CategoricalHead final : public Head {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "categorical"; }
  [[nodiscard]] std::unique_ptr<Head> clone() const override;
  [[nodiscard]] OutputFormat output() const noexcept override { return OutputFormat::one_hot; }
  [[nodiscard]] int draws(const ModelConfig& config) const override;
  [[nodiscard]] ChooserFactory choosers(const ModelConfig& config, const Weights& weights, const numerics::Kernels& kernels) const override;
  void likeliest(std::span<const float> cell_logits, std::span<float> step) const override;
  [[nodiscard]] StepLoss loss(std::span<const float> cell_logits, std::span<const float> target) const override;
};

}  // namespace musicvae

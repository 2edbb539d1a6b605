// The categorical head: a softmax, or several side by side (Roberts et al. 2018, sections 3.2 and 5.1).
#pragma once

#include "musicvae/model/head.hpp"

namespace musicvae {

/// One category per step, or one per group of the output (one_hot_groups()).
class CategoricalHead final : public Head {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "categorical"; }
  [[nodiscard]] std::unique_ptr<Head> clone() const override;
  /// Checks that each output part has whole groups.
  void validate(const ModelConfig& config, const ConfigCheck& check) const override;
  [[nodiscard]] OutputFormat output() const noexcept override { return OutputFormat::one_hot; }
  [[nodiscard]] int draws(const ModelConfig& config) const override;
  [[nodiscard]] ChooserFactory choosers(const ModelConfig& config, const Weights& weights, const numerics::Kernels& kernels) const override;
  void likeliest(const ModelConfig& config, std::span<const float> cell_logits, std::span<float> step) const override;
  [[nodiscard]] StepLoss loss(const ModelConfig& config, std::span<const float> cell_logits, std::span<const float> target) const override;
};

}  // namespace musicvae

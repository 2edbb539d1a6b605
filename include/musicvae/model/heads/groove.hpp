// The groove head: hits, velocities and offsets as means (Gillick et al. 2019, section 3.3).
#pragma once

#include "musicvae/model/head.hpp"

namespace musicvae {

/// Logits [hits x9 sigmoid | velocities x9 sigmoid | offsets x9 tanh].
class GrooveHead final : public Head {
 public:
  /// Added to probabilities in the log loss, as in TensorFlow's tf.losses.log_loss. The feel head's hits use it, too.
  static constexpr double kEpsilon = 1e-7;

  [[nodiscard]] std::string_view name() const noexcept override { return "groove"; }
  [[nodiscard]] std::unique_ptr<Head> clone() const override;
  void validate(const ModelConfig& config, const ConfigCheck& check) const override;
  [[nodiscard]] OutputFormat output() const noexcept override { return OutputFormat::hits_with_feel; }
  [[nodiscard]] int draws(const ModelConfig& config) const override;
  [[nodiscard]] ChooserFactory choosers(const ModelConfig& config, const Weights& weights, const numerics::Kernels& kernels) const override;
  void likeliest(const ModelConfig& config, std::span<const float> cell_logits, std::span<float> step) const override;
  [[nodiscard]] StepLoss loss(const ModelConfig& config, std::span<const float> cell_logits, std::span<const float> target) const override;
};

}  // namespace musicvae

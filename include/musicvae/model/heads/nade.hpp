// The nade head: hits one after the other, each given the hits before it (Larochelle and Murray 2011; Roberts et al. 2018, section 4.1).
#pragma once

#include "musicvae/model/head.hpp"

namespace musicvae {

/// p(class i | classes before) = sigmoid(c_i + sigmoid(b + sum of w_enc_j of the hits before) w_dec_i); the logits are [b | c].
class NadeHead final : public Head {
 public:
  /// Added to probabilities in the log loss, as in Magenta's Nade.
  static constexpr double kEpsilon = 1e-6;

  NadeHead() = default;
  explicit NadeHead(int hidden) : hidden_(hidden) {}
  /// The number of hidden units.
  [[nodiscard]] int hidden() const noexcept { return hidden_; }

  [[nodiscard]] std::string_view name() const noexcept override { return "nade"; }
  [[nodiscard]] std::unique_ptr<Head> clone() const override;
  void fields(ConfigFields& fields) override;
  void validate(const ModelConfig& config, const ConfigCheck& check) const override;
  [[nodiscard]] OutputFormat output() const noexcept override { return OutputFormat::hits; }
  [[nodiscard]] int logit_depth(int depth) const override { return depth + hidden_; }
  [[nodiscard]] std::vector<TensorSpec> tensors(const ModelConfig& config) const override;
  [[nodiscard]] int draws(const ModelConfig& config) const override;
  [[nodiscard]] bool computes_cell_logits() const noexcept override { return true; }
  [[nodiscard]] ChooserFactory choosers(const ModelConfig& config, const Weights& weights, const numerics::Kernels& kernels) const override;
  void likeliest(const ModelConfig& config, std::span<const float> cell_logits, std::span<float> step) const override;
  [[nodiscard]] StepLoss loss(const ModelConfig& config, std::span<const float> cell_logits, std::span<const float> target) const override;

 private:
  int hidden_ = 0;
};

}  // namespace musicvae

// The feel head, ours: hits as in the groove head; a distribution over bins for velocity and offset, where the groove head predicts a mean.
#pragma once

#include "musicvae/model/head.hpp"

namespace musicvae {

/// Settings of the feel head.
struct FeelSettings {
  int bins = 0;        ///< number of equally wide bins of a velocity, 0..1, and of an offset, -1..1; 2 to 256
  int components = 0;  ///< number of logistic distributions in the mixture of a velocity or an offset; 1 to 16
};

/// Logits [hits x9 | mixtures of velocities | mixtures of offsets]. A mixture has 3 numbers per component: the logits of the weights, the
/// means, and the logarithms of the scales (Salimans et al. 2017, section 2.1). A cell without a hit has neither velocity nor offset.
class FeelHead final : public Head {
 public:
  FeelHead() = default;
  explicit FeelHead(FeelSettings settings) : settings_(settings) {}
  [[nodiscard]] int bins() const noexcept { return settings_.bins; }
  [[nodiscard]] int components() const noexcept { return settings_.components; }

  /// The lower end of the range of velocities and of offsets; the upper end is 1.
  static constexpr double kLowestVelocity = 0.0;
  static constexpr double kLowestOffset = -1.0;
  /// The centre of a component. The head predicts how far the component's mean is from here. If it predicts 0, the components are spread
  /// evenly over [low, 1].
  [[nodiscard]] static constexpr double centre(double low, int component, int components) {
    return low + (1.0 - low) * (component + 0.5) / components;
  }
  /// The unit of a component's scale. The head predicts the logarithm of the scale divided by this. If it predicts 0, the components are as
  /// wide as they are apart, and together they are nearly uniform over [low, 1].
  [[nodiscard]] static constexpr double scale(double low, int components) { return (1.0 - low) / (2.0 * components); }
  /// The predicted logarithm is clamped to at most this, and at least its negative.
  static constexpr double kMostLogScale = 5.0;
  /// Added to the probability of a bin in the log loss.
  static constexpr double kBinEpsilon = 1e-8;

  [[nodiscard]] std::string_view name() const noexcept override { return "feel"; }
  [[nodiscard]] std::unique_ptr<Head> clone() const override;
  void fields(ConfigFields& fields) override;
  void validate(const ModelConfig& config, const ConfigCheck& check) const override;
  [[nodiscard]] OutputFormat output() const noexcept override { return OutputFormat::hits_with_feel; }
  [[nodiscard]] int logit_depth(int depth) const override { return depth / 3 * (1 + 2 * 3 * components()); }
  [[nodiscard]] bool samples_feel() const noexcept override { return true; }
  [[nodiscard]] int draws(const ModelConfig& config) const override;
  [[nodiscard]] bool computes_cell_logits() const noexcept override { return true; }
  [[nodiscard]] ChooserFactory choosers(const ModelConfig& config, const Weights& weights, const numerics::Kernels& kernels) const override;
  void likeliest(const ModelConfig& config, std::span<const float> cell_logits, std::span<float> step) const override;
  [[nodiscard]] StepLoss loss(const ModelConfig& config, std::span<const float> cell_logits, std::span<const float> target) const override;

 private:
  FeelSettings settings_;
};

}  // namespace musicvae

// A new head: each column is hit with its own probability, independently of the others.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <musicvae/core.hpp>

class BernoulliHead final : public musicvae::Head {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "bernoulli"; }
  [[nodiscard]] std::unique_ptr<musicvae::Head> clone() const override { return std::make_unique<BernoulliHead>(*this); }
  [[nodiscard]] musicvae::OutputFormat output() const noexcept override { return musicvae::OutputFormat::hits; }
  [[nodiscard]] int draws(const musicvae::ModelConfig& config) const override { return config.output_depth(); }

  [[nodiscard]] ChooserFactory choosers(const musicvae::ModelConfig&, const musicvae::Weights&,
                                        const musicvae::numerics::Kernels&) const override {
    return [](int) { return std::make_unique<Chooser>(); };
  }
  void likeliest(const musicvae::ModelConfig&, std::span<const float> cell_logits, std::span<float> step) const override {
    std::transform(cell_logits.begin(), cell_logits.end(), step.begin(), [](float logit) { return logit > 0.0F ? 1.0F : 0.0F; });
  }
  [[nodiscard]] musicvae::StepLoss loss(const musicvae::ModelConfig&, std::span<const float> cell_logits,
                                        std::span<const float> target) const override {
    musicvae::StepLoss loss;
    for (std::size_t i = 0; i < target.size(); ++i) {
      const double logit = static_cast<double>(cell_logits[i]);
      loss.nll += std::log1p(std::exp(-std::abs(logit))) + std::max(logit, 0.0) - logit * static_cast<double>(target[i]);
    }
    return loss;
  }

 private:
  class Chooser final : public musicvae::StepChooser {
   public:
    void choose(const float* logits, int depth, const musicvae::ChoiceOptions& choice, std::span<const float> random,
                const musicvae::KnownCells& known, float* chosen, float* cell_logits) noexcept override {
      for (int i = 0; i < depth; ++i) {
        bool hit = logits[i] > 0.0F;
        if (known.has(i)) {
          hit = known.cells[i] > 0.5F;
        } else if (choice.temperature > 0.0F) {
          // The library's own exponential, so that one seed gives the same hits on every machine.
          const double scaled = std::clamp(static_cast<double>(logits[i]) / static_cast<double>(choice.temperature), -700.0, 700.0);
          hit = 1.0 / (1.0 + musicvae::numerics::exact::exp(-scaled)) > static_cast<double>(random[static_cast<std::size_t>(i)]);
        }
        chosen[i] = hit ? 1.0F : 0.0F;
        if (cell_logits != nullptr) cell_logits[i] = logits[i];
      }
    }
  };
};

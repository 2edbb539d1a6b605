#include "musicvae/model/heads/categorical.hpp"

#include <algorithm>
#include <cmath>

#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/numerics/exact.hpp"

namespace musicvae {
namespace {

class CategoricalChooser final : public StepChooser {
 public:
  explicit CategoricalChooser(int depth) : likelihoods_(static_cast<std::size_t>(depth)) {}

  void choose(const float* logits, int depth, const ChoiceOptions& choice, std::span<const float> random, const KnownCells& known,
              float* chosen, float* cell_logits) noexcept override {
    int best = -1;
    const auto allowed = [&](int c) { return !known.has(c) || known.cells[c] > 0.5F; };
    for (int c = 0; c < depth; ++c) {
      if (allowed(c) && (best < 0 || logits[c] > logits[best])) best = c;
    }
    best = std::max(best, 0);  // where all are excluded
    if (choice.temperature > 0.0F) {
      double sum = 0.0;  // of probabilities relative to the likeliest allowed category
      for (int c = 0; c < depth; ++c) {
        const double exponent =
            (static_cast<double>(logits[c]) - static_cast<double>(logits[best])) / static_cast<double>(choice.temperature);
        likelihoods_[static_cast<std::size_t>(c)] = allowed(c) && exponent > -700.0 ? numerics::exact::exp(exponent) : 0.0;
        sum += likelihoods_[static_cast<std::size_t>(c)];
      }
      double left = rounded(static_cast<double>(random.front()) * sum);
      for (int c = 0; c < depth; ++c) {
        left -= likelihoods_[static_cast<std::size_t>(c)];
        if (left < 0.0) {
          best = c;
          break;
        }
      }
    }
    std::fill_n(chosen, depth, 0.0F);
    chosen[best] = 1.0F;
    if (cell_logits != nullptr) std::copy_n(logits, depth, cell_logits);
  }

 private:
  std::vector<double> likelihoods_;
};

}  // namespace

std::unique_ptr<Head> CategoricalHead::clone() const {
  return std::make_unique<CategoricalHead>(*this);
}

int CategoricalHead::draws(const ModelConfig& config) const {
  return static_cast<int>(output_parts(config).size());
}

Head::ChooserFactory CategoricalHead::choosers(const ModelConfig& config, const Weights&, const numerics::Kernels&) const {
  return [depth = config.output_depth()] { return std::make_unique<CategoricalChooser>(depth); };
}

void CategoricalHead::likeliest(std::span<const float> cell_logits, std::span<float> step) const {
  std::fill(step.begin(), step.end(), 0.0F);
  step[static_cast<std::size_t>(std::max_element(cell_logits.begin(), cell_logits.end()) - cell_logits.begin())] = 1.0F;
}

StepLoss CategoricalHead::loss(std::span<const float> cell_logits, std::span<const float> target) const {
  const double most = static_cast<double>(*std::max_element(cell_logits.begin(), cell_logits.end()));
  double sum = 0.0;
  for (const float logit : cell_logits) sum += std::exp(static_cast<double>(logit) - most);
  const auto wanted = static_cast<std::size_t>(std::max_element(target.begin(), target.end()) - target.begin());
  return {.nll = most + std::log(sum) - static_cast<double>(cell_logits[wanted])};
}

}  // namespace musicvae

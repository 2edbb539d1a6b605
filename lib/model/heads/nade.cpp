#include "musicvae/model/heads/nade.hpp"

#include <algorithm>
#include <functional>

#include "model/heads/log_loss.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/numerics/exact.hpp"
#include "musicvae/numerics/layout.hpp"

namespace musicvae {
namespace {

// The tensors, as rows. Immutable and shared.
struct NadeWeights {
  int classes;
  int hidden;
  numerics::Rows encoder;  // [classes, hidden]: what a hit adds to the hidden units
  numerics::Rows decoder;  // [classes, hidden]: the weights from hidden units to a class's logit

  NadeWeights(const ModelConfig& config, int hidden_units, const Weights& weights)
      : classes(config.output_depth()), hidden(hidden_units), encoder(classes, hidden), decoder(classes, hidden) {
    const std::vector<float> from_hits = weights.at(tensor_names::nade_encoder(config)).values.floats();
    const std::vector<float> to_hits = weights.at(tensor_names::nade_decoder(config)).values.floats();
    for (int i = 0; i < classes; ++i) {
      std::copy_n(from_hits.begin() + static_cast<std::ptrdiff_t>(i) * hidden, hidden, encoder.row(i));
      std::copy_n(to_hits.begin() + static_cast<std::ptrdiff_t>(i) * hidden, hidden, decoder.row(i));
    }
  }
};

class NadeChooser final : public StepChooser {
 public:
  NadeChooser(const numerics::Kernels& kernels, std::shared_ptr<const NadeWeights> nade)
      : kernels_(&kernels), nade_(std::move(nade)), hidden_(1, nade_->hidden), squashed_(1, nade_->hidden) {}

  // At temperature 0 a probability of 0.5 or more is a hit, as in Magenta.
  void choose(const float* logits, int depth, const ChoiceOptions& choice, std::span<const float> random, const KnownCells& known,
              float* chosen, float* cell_logits) noexcept override {
    const float temperature = choice.temperature;
    float* hidden = hidden_.row(0);
    float* squashed = squashed_.row(0);
    std::copy_n(logits, nade_->hidden, hidden);
    for (int i = 0; i < depth; ++i) {
      std::copy_n(hidden, hidden_.stride(), squashed);
      kernels_->sigmoid(squashed, squashed_.stride());
      const float* weights = nade_->decoder.row(i);
      double sum = static_cast<double>(logits[nade_->hidden + i]);  // products of two floats are exact in double
      for (int h = 0; h < nade_->hidden; ++h) sum += static_cast<double>(squashed[h]) * static_cast<double>(weights[h]);
      const auto logit = static_cast<float>(sum);
      if (cell_logits != nullptr) cell_logits[i] = logit;
      bool hit = logit >= 0.0F;
      if (known.has(i)) {
        hit = known.cells[i] > 0.5F;
      } else if (temperature > 0.0F) {
        const double scaled = std::clamp(static_cast<double>(logit) / static_cast<double>(temperature), -700.0, 700.0);
        hit = 1.0 / (1.0 + numerics::exact::exp(-scaled)) > static_cast<double>(random[static_cast<std::size_t>(i)]);
      }
      chosen[i] = hit ? 1.0F : 0.0F;
      if (hit) std::transform(hidden, hidden + nade_->hidden, nade_->encoder.row(i), hidden, std::plus<>());
    }
  }

 private:
  const numerics::Kernels* kernels_;
  std::shared_ptr<const NadeWeights> nade_;
  numerics::Rows hidden_;
  numerics::Rows squashed_;
};

}  // namespace

std::unique_ptr<Head> NadeHead::clone() const {
  return std::make_unique<NadeHead>(*this);
}

void NadeHead::fields(ConfigFields& fields) {
  fields("nade_hidden", hidden_);
}

void NadeHead::validate(const ModelConfig&, const ConfigCheck& check) const {
  check(hidden_ >= 1 && hidden_ <= 16384, "nade_hidden is wrong; use 1 to 16384 for the nade head, 0 for others");
}

std::vector<TensorSpec> NadeHead::tensors(const ModelConfig& config) const {
  return {{tensor_names::nade_encoder(config), {config.output_depth(), 1, hidden_}},
          {tensor_names::nade_decoder(config), {config.output_depth(), hidden_, 1}}};
}

int NadeHead::draws(const ModelConfig& config) const {
  return config.output_depth();
}

Head::ChooserFactory NadeHead::choosers(const ModelConfig& config, const Weights& weights, const numerics::Kernels& kernels) const {
  return [&kernels, nade = std::make_shared<const NadeWeights>(config, hidden_, weights)](int) {
    return std::make_unique<NadeChooser>(kernels, nade);
  };
}

void NadeHead::likeliest(const ModelConfig&, std::span<const float> cell_logits, std::span<float> step) const {
  std::transform(cell_logits.begin(), cell_logits.end(), step.begin(), [](float logit) { return logit >= 0.0F ? 1.0F : 0.0F; });
}

StepLoss NadeHead::loss(const ModelConfig&, std::span<const float> cell_logits, std::span<const float> target) const {
  StepLoss loss;
  for (std::size_t i = 0; i < target.size(); ++i) loss.nll += log_loss(static_cast<double>(cell_logits[i]), target[i] > 0.5F, kEpsilon);
  return loss;
}

}  // namespace musicvae

#include "musicvae/model/heads/groove.hpp"

#include <algorithm>
#include <cmath>

#include "model/heads/hits_with_feel.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/numerics/layout.hpp"

namespace musicvae {
namespace {

class GrooveChooser final : public StepChooser {
 public:
  GrooveChooser(const numerics::Kernels& kernels, int depth) : kernels_(&kernels), velocities_(1, depth), offsets_(1, depth) {}

  void choose(const float* logits, int depth, const ChoiceOptions& choice, std::span<const float> random, const KnownCells& known,
              float* chosen, float* cell_logits) noexcept override {
    const float temperature = choice.temperature;
    const int drums = depth / 3;
    float* velocities = velocities_.row(0);
    float* offsets = offsets_.row(0);
    std::copy_n(logits, velocities_.stride(), velocities);
    std::copy_n(logits, offsets_.stride(), offsets);
    if (temperature > 0.0F) {
      std::transform(logits, logits + drums, velocities, [&](float logit) { return logit / temperature; });
    }
    kernels_->sigmoid(velocities, velocities_.stride());
    kernels_->tanh(offsets, offsets_.stride());
    for (int d = 0; d < drums; ++d) {
      const bool hit = temperature > 0.0F ? velocities[d] > random[static_cast<std::size_t>(d)] : logits[d] > 0.0F;
      chosen[d] = hit ? 1.0F : 0.0F;
    }
    std::copy_n(velocities + drums, drums, chosen + drums);
    std::copy_n(offsets + 2 * drums, drums, chosen + 2 * drums);
    for (int i = 0; i < depth; ++i) {
      if (known.has(i)) chosen[i] = known.cells[i];
    }
    if (cell_logits != nullptr) std::copy_n(logits, depth, cell_logits);
  }

 private:
  const numerics::Kernels* kernels_;
  numerics::Rows velocities_;  // copies of the logits, after sigmoid here and after tanh in offsets_
  numerics::Rows offsets_;
};

}  // namespace

std::unique_ptr<Head> GrooveHead::clone() const {
  return std::make_unique<GrooveHead>(*this);
}

void GrooveHead::validate(const ModelConfig& config, const ConfigCheck& check) const {
  check(config.output_depth() % 3 == 0, kThreePartsProblem);
}

int GrooveHead::draws(const ModelConfig& config) const {
  return config.output_depth() / 3;
}

Head::ChooserFactory GrooveHead::choosers(const ModelConfig& config, const Weights&, const numerics::Kernels& kernels) const {
  return [&kernels, depth = config.output_depth()](int) { return std::make_unique<GrooveChooser>(kernels, depth); };
}

void GrooveHead::likeliest(const ModelConfig&, std::span<const float> cell_logits, std::span<float> step) const {
  likeliest_hits_with_feel(cell_logits, step);
}

StepLoss GrooveHead::loss(const ModelConfig&, std::span<const float> cell_logits, std::span<const float> target) const {
  return hits_with_feel_loss(cell_logits, target, /*on_hits_only=*/false);
}

}  // namespace musicvae

#include "musicvae/model/heads/groove.hpp"

#include "train/heads/heads.hpp"

namespace musicvae::train {
namespace {

// The log loss of the hits, and squared errors of velocities (sigmoid) and offsets (tanh) (Gillick et al. 2019, section 3.3). Errors count
// over all cells, including empty ones, unless the training config sets feel_on_hits.
class TrainedGrooveHead final : public Head {
 public:
  [[nodiscard]] std::vector<LossPart> loss(const ModelConfig& config, const torch::Tensor& logits,
                                           const torch::Tensor& target) const override {
    const std::vector<torch::Tensor> wanted = target.chunk(3, 2);
    const std::vector<torch::Tensor> predicted = logits.chunk(3, 2);
    const auto counted = [&](const torch::Tensor& errors) {
      return (config.training.feel_on_hits ? torch::where(wanted[0] > 0.5, errors, 0.0) : errors).sum(2);
    };
    return {{"hits", log_loss(torch::sigmoid(predicted[0]), wanted[0], GrooveHead::kEpsilon).sum(2)},
            {"velocities", counted((torch::sigmoid(predicted[1]) - wanted[1]).square())},
            {"offsets", counted((torch::tanh(predicted[2]) - wanted[2]).square())}};
  }

  [[nodiscard]] std::int64_t draws(const ModelConfig& config) const override { return config.output_depth() / 3; }

  [[nodiscard]] torch::Tensor choose(const ModelConfig&, const HeadWeights*, const torch::Tensor& logits,
                                     const torch::Tensor& uniforms) const override {
    const std::vector<torch::Tensor> predicted = logits.chunk(3, 1);
    const torch::Tensor hits = (torch::sigmoid(predicted[0]) > uniforms).to(logits.scalar_type());
    return torch::cat({hits, torch::sigmoid(predicted[1]), torch::tanh(predicted[2])}, 1);
  }
};

}  // namespace

std::unique_ptr<const Head> groove_head() {
  return std::make_unique<TrainedGrooveHead>();
}

}  // namespace musicvae::train

#include "musicvae/model/heads/nade.hpp"

#include "train/heads/heads.hpp"

namespace musicvae::train {
namespace {

// Predicts hits one after the other, each given those before it (Larochelle and Murray 2011). The biases [b | c] come from the decoder's
// output layer:
//   p_i = sigmoid(c_i + sigmoid(b + sum over j < i of x_j w_enc_j) w_dec_i).
class Nade final : public HeadWeights {
 public:
  Nade(std::int64_t classes, std::int64_t hidden)
      : hidden_(hidden),
        encoder_(register_parameter("w_enc", torch::zeros({classes, 1, hidden}))),
        decoder_(register_parameter("w_dec_t", torch::zeros({classes, hidden, 1}))) {}

  [[nodiscard]] torch::Tensor cell_logits(const torch::Tensor& biases, const torch::Tensor& x) const override {
    std::vector<torch::Tensor> result;
    run(biases, [&](std::int64_t i, torch::Tensor logit) {
      result.push_back(std::move(logit));
      return x.narrow(-1, i, 1);
    });
    return torch::cat(result, -1);
  }

  [[nodiscard]] torch::Tensor choose(const torch::Tensor& biases) const override {
    std::vector<torch::Tensor> result;
    run(biases, [&](std::int64_t, const torch::Tensor& logit) { return result.emplace_back((logit >= 0).to(biases.scalar_type())); });
    return torch::cat(result, -1);
  }

 private:
  // Goes through the classes in order: next(i, logit [..., 1]) returns the value [..., 1] of class i, on which the later classes depend.
  template <class Next>
  void run(const torch::Tensor& biases, Next next) const {
    torch::Tensor hidden = biases.narrow(-1, 0, hidden_);
    const std::vector<torch::Tensor> encoder = encoder_.unbind(0);
    const std::vector<torch::Tensor> decoder = decoder_.unbind(0);
    const auto classes = static_cast<std::int64_t>(encoder.size());
    for (std::int64_t i = 0; i < classes; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const torch::Tensor value = next(i, torch::matmul(torch::sigmoid(hidden), decoder[at]) + biases.narrow(-1, hidden_ + i, 1));
      if (i + 1 < classes) hidden = hidden + torch::matmul(value, encoder[at]);
    }
  }

  std::int64_t hidden_;
  torch::Tensor encoder_;  // [classes, 1, hidden]
  torch::Tensor decoder_;  // [classes, hidden, 1]
};

class TrainedNadeHead final : public Head {
 public:
  // The log loss of the hits, each given those before it.
  [[nodiscard]] std::vector<LossPart> loss(const ModelConfig&, const torch::Tensor& logits, const torch::Tensor& target) const override {
    return {{"hits", log_loss(torch::sigmoid(logits), target, NadeHead::kEpsilon).sum(2)}};
  }
  [[nodiscard]] std::int64_t draws(const ModelConfig&) const override { return 0; }
  [[nodiscard]] torch::Tensor choose(const ModelConfig&, const HeadWeights* weights, const torch::Tensor& logits,
                                     const torch::Tensor&) const override {
    return weights->choose(logits);
  }
  [[nodiscard]] std::shared_ptr<HeadWeights> make_weights(const ModelConfig& config) const override {
    return std::make_shared<Nade>(config.output_depth(), dynamic_cast<const NadeHead&>(*config.head).hidden());
  }
};

}  // namespace

std::unique_ptr<const Head> nade_head() {
  return std::make_unique<TrainedNadeHead>();
}

}  // namespace musicvae::train

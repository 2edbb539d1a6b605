// Output heads for training: a NADE, and the choice of outputs for scheduled sampling.
#pragma once

#include <cstdint>

#include "musicvae/model/config.hpp"
#include "musicvae/train/layers.hpp"

namespace musicvae::train {

/// Predicts hits one after the other, each given those before it (Larochelle and Murray 2011). The biases come from the decoder's output
/// layer:
///   p_i = sigmoid(c_i + sigmoid(b + sum over j < i of x_j w_enc_j) w_dec_i).
class NadeImpl : public torch::nn::Module {
 public:
  NadeImpl(std::int64_t classes, std::int64_t hidden);

  /// Logits of p_i, [..., classes], given the true hits before each: `biases` [..., hidden + classes] = [b | c], `x` [..., classes] of 0/1.
  [[nodiscard]] torch::Tensor logits(const torch::Tensor& biases, const torch::Tensor& x) const;
  /// The more likely value of each hit, given the values chosen before it: [..., classes] of 0/1.
  [[nodiscard]] torch::Tensor choose(const torch::Tensor& biases) const;

 private:
  template <class Next>
  void run(const torch::Tensor& biases, Next next) const;
  std::int64_t hidden_;
  torch::Tensor encoder_;  // [classes, 1, hidden]
  torch::Tensor decoder_;  // [classes, hidden, 1]
};
TORCH_MODULE(Nade);

/// Scheduled sampling for a pass (Bengio et al. 2015). With `probability`, drawn for each step of each window, the decoder takes as input
/// its own choice for the previous step instead of the truth. The choice is made at temperature 1 (for a NADE, the more likely value).
/// Gradients do not flow through the choice.
struct ScheduledSampling {
  double probability = 0.0;
  torch::Tensor uniforms = {};  ///< in [0, 1), [T, B, 1 + choice_draws]: the first column decides whether to sample, the others what;
                                ///< undefined: teacher forcing
};

/// The probabilities that a feel head assigns to bins of [low, 1]: those of a mixture of logistic distributions between the edges `from`
/// and `to` (Salimans et al. 2017, section 2.1). `mixtures` [..., 3 * components] contains the logits of the component weights, the means,
/// and the logarithms of the scales, relative to engine::feel_centre and engine::feel_scale. `from`, `to` and the result are [..., bins].
[[nodiscard]] torch::Tensor feel_probability(const torch::Tensor& mixtures, const torch::Tensor& from, const torch::Tensor& to, double low);
/// The edges of all bins, [bins + 1]; the outermost bins include the tails.
[[nodiscard]] torch::Tensor feel_edges(const ModelConfig& config, double low, const torch::TensorOptions& options);

/// The number of uniform random numbers for the choice of one step.
[[nodiscard]] std::int64_t choice_draws(const ModelConfig& config);

/// The output that the model would choose and feed back, [B, output_depth], from `logits` [B, logit depth] and `uniforms` [B,
/// choice_draws]. `nade` is used for a nade head only.
[[nodiscard]] torch::Tensor choose_output(const ModelConfig& config, const Nade& nade, const torch::Tensor& logits,
                                          const torch::Tensor& uniforms);

}  // namespace musicvae::train

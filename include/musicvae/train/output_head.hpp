// Output heads for learning: a NADE, and what a model that is fed its own output would choose.
#pragma once

#include <cstdint>

#include "musicvae/model/config.hpp"
#include "musicvae/train/layers.hpp"

namespace musicvae::train {

/// Hits one after the other, each given those before it (Larochelle and Murray 2011), its biases from the decoder's output layer:
///   p_i = sigmoid(c_i + sigmoid(b + sum over j < i of x_j w_enc_j) w_dec_i).
class NadeImpl : public torch::nn::Module {
 public:
  NadeImpl(std::int64_t classes, std::int64_t hidden);

  /// Logits of p_i, [..., classes], given the true hits before each: `biases` [..., hidden + classes] = [b | c], `x` [..., classes] of 0/1.
  [[nodiscard]] torch::Tensor logits(const torch::Tensor& biases, const torch::Tensor& x) const;
  /// The likelier value of each, given the values chosen before it, [..., classes] of 0/1.
  [[nodiscard]] torch::Tensor choose(const torch::Tensor& biases) const;

 private:
  template <class Next>
  void run(const torch::Tensor& biases, Next next) const;
  std::int64_t hidden_;
  torch::Tensor encoder_;  // [classes, 1, hidden]
  torch::Tensor decoder_;  // [classes, hidden, 1]
};
TORCH_MODULE(Nade);

/// Scheduled sampling of a pass (Bengio et al. 2015): with `probability`, drawn for each step of each window, the decoder is fed what it
/// would have chosen itself after the step before, at temperature 1 (a NADE: the likelier), instead of the truth. Gradients do not flow
/// through the choice.
struct ScheduledSampling {
  double probability = 0.0;
  torch::Tensor uniforms = {};  ///< in [0, 1), [T, B, 1 + choice_draws]: first whether, then what; undefined: teacher forcing
};

/// What a feel head gives to bins of [low, 1]: the probabilities between the edges `from` and `to` of a mixture of logistic distributions
/// (Salimans et al. 2017, section 2.1). `mixtures` [..., 3 * components] says the logits of the components' weights, their means and the
/// logarithms of their scales, relative to engine::feel_centre and engine::feel_scale; `from`, `to` and the result [..., bins].
[[nodiscard]] torch::Tensor feel_probability(const torch::Tensor& mixtures, const torch::Tensor& from, const torch::Tensor& to, double low);
/// The edges of all bins [bins + 1]; the outermost have the tails.
[[nodiscard]] torch::Tensor feel_edges(const ModelConfig& config, double low, const torch::TensorOptions& options);

/// How many uniform numbers a step's choice needs.
[[nodiscard]] std::int64_t choice_draws(const ModelConfig& config);

/// What a model on its own would feed itself, [B, output_depth], after `logits` [B, logit depth] with `uniforms` [B, choice_draws]. `nade` is
/// that of a nade head.
[[nodiscard]] torch::Tensor choose_output(const ModelConfig& config, const Nade& nade, const torch::Tensor& logits,
                                          const torch::Tensor& uniforms);

}  // namespace musicvae::train

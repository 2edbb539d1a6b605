// Head: what training needs of an output head, one class per head (lib/train/heads): its loss, and its choice for scheduled sampling.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "musicvae/model/config.hpp"
#include "musicvae/train/layers.hpp"

namespace musicvae::train {

/// One term of the reconstruction loss.
struct LossPart {
  const char* name;     ///< "hits", "velocities", "offsets", or "categories"
  torch::Tensor steps;  ///< [T, B], summed over the step's cells; zero beyond a window's length
};

/// A head's own weights, with the tensors of musicvae::Head::tensors. Part of the decoder.
class HeadWeights : public torch::nn::Module {
 public:
  /// The logits of each cell, given the true cells before it: `logits` [..., logit depth], `target` [..., output_depth].
  [[nodiscard]] virtual torch::Tensor cell_logits(const torch::Tensor& logits, const torch::Tensor& target) const = 0;
  /// The likelier value of each cell, given the values chosen before it: [..., output_depth].
  [[nodiscard]] virtual torch::Tensor choose(const torch::Tensor& logits) const = 0;
};

/// A head in training. Without state; any number of threads may use it.
class Head {
 public:
  virtual ~Head() = default;
  /// The terms of the loss of logits and target [T, B, output_depth]. The first is the log loss of hits or categories; the others are
  /// weighted by TrainingConfig::feel_weight. The logits of a head with weights of its own are those of cell_logits().
  [[nodiscard]] virtual std::vector<LossPart> loss(const ModelConfig& config, const torch::Tensor& logits,
                                                   const torch::Tensor& target) const = 0;
  /// The width of the logits that loss() takes.
  [[nodiscard]] virtual std::int64_t loss_depth(const ModelConfig& config) const { return config.output_depth(); }
  /// The number of uniform random numbers for the choice of one step.
  [[nodiscard]] virtual std::int64_t draws(const ModelConfig& config) const = 0;
  /// The step that the model chooses and takes as its next input, [B, output_depth], from `logits` [B, logit depth] and `uniforms` [B,
  /// draws]. `weights` are the head's own, or null.
  [[nodiscard]] virtual torch::Tensor choose(const ModelConfig& config, const HeadWeights* weights, const torch::Tensor& logits,
                                             const torch::Tensor& uniforms) const = 0;
  /// New weights of its own; null if it has none.
  [[nodiscard]] virtual std::shared_ptr<HeadWeights> make_weights(const ModelConfig&) const { return nullptr; }
};

/// The training of a config's head. Throws a ConfigError for a head that cannot be trained.
[[nodiscard]] const Head& head_of(const ModelConfig& config);

/// Adds the training of a head of your own, by musicvae::Head::name. Call it before other threads use the library.
void register_head(std::string_view name, std::unique_ptr<const Head> head);

/// Scheduled sampling for a pass (Bengio et al. 2015). With `probability`, drawn for each step of each window, the decoder takes as input
/// its own choice for the previous step instead of the truth. The choice is made at temperature 1 (for a NADE, the more likely value).
/// Gradients do not flow through the choice.
struct ScheduledSampling {
  double probability = 0.0;
  torch::Tensor uniforms = {};  ///< in [0, 1), [T, B, 1 + Head::draws]: the first column decides whether to sample, the others what;
                                ///< undefined: teacher forcing
};

/// The probabilities that a feel head assigns to bins of [low, 1]: those of a mixture of logistic distributions between the edges `from`
/// and `to` (Salimans et al. 2017, section 2.1). `mixtures` [..., 3 * components] contains the logits of the component weights, the means,
/// and the logarithms of the scales, relative to FeelHead::centre and FeelHead::scale. `from`, `to` and the result are [..., bins].
[[nodiscard]] torch::Tensor feel_probability(const torch::Tensor& mixtures, const torch::Tensor& from, const torch::Tensor& to, double low);
/// The edges of all bins, [bins + 1]; the outermost bins include the tails.
[[nodiscard]] torch::Tensor feel_edges(int bins, double low, const torch::TensorOptions& options);

}  // namespace musicvae::train

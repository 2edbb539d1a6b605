// Output heads turn the outputs of a decoder's output layer into the next step: hits with velocities and offsets (means, or sampled), one
// of all combinations, or hits one after the other.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/engine/layout.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/weights.hpp"

namespace musicvae::engine {

/// How autoregressive decoding chooses hits. With temperature 0, it takes the likelier of hit and no hit (of all combinations the
/// likeliest). With a higher temperature, it samples from the model's probabilities, with the logits divided by the temperature and uniform
/// numbers of (seed, sample, step).
struct HitChoice {
  float temperature = 0.0F;
  std::uint64_t seed = 0;
  std::uint64_t first_sample = 0;  ///< the index of row 0's sample; row b is sample first_sample + b
  float feel_temperature = 0.0F;   ///< the same for the velocities and offsets of a feel head; with 0 they are the means
};

/// The centre of a component of a feel head. The head predicts how far the component's mean is from here. If it predicts 0, the components
/// are spread evenly over [low, 1].
[[nodiscard]] constexpr double feel_centre(double low, int component, int components) {
  return low + (1.0 - low) * (component + 0.5) / components;
}
/// The unit of a component's scale. The head predicts the logarithm of the scale divided by this. If it predicts 0, the components are as
/// wide as they are apart, and together they are nearly uniform over [low, 1].
[[nodiscard]] constexpr double feel_scale(double low, int components) {
  return (1.0 - low) / (2.0 * components);
}
/// The predicted logarithm is clamped to at most this, and at least its negative.
inline constexpr double feel_most_log_scale = 5.0;

/// The cells of one step that are known before it is decoded. `mask` marks them (above 0.5), and `cells` has their values. Both are
/// [cell_depth].
struct KnownCells {
  const float* cells = nullptr;
  const float* mask = nullptr;  ///< null: no cell is known
  [[nodiscard]] bool has(int i) const { return mask != nullptr && mask[i] > 0.5F; }
};

/// The number of a model's cells per step: the head's outputs, or the hits in a combination of the categorical head.
[[nodiscard]] int cell_depth(const ModelConfig& config);

/// The weights of the nade head (Larochelle and Murray 2011). Immutable and shared.
struct NadeWeights {
  int classes = 0;
  int hidden = 0;
  Rows encoder;  ///< [classes, hidden]: what a hit adds to the hidden units
  Rows decoder;  ///< [classes, hidden]: the weights from hidden units to a class's logit

  NadeWeights() = default;
  NadeWeights(const ModelConfig& config, const Weights& weights);
};

/// Chooses steps, one row at a time. Belongs to one thread at a time. Constructing allocates; choosing does not.
class OutputChooser {
 public:
  OutputChooser(const Kernels& kernels, OutputHead head, int output_depth, const NadeWeights& nade, int feel_bins = 0,
                int feel_components = 0);

  /// Chooses `chosen` [depth] from `logits`, a row of the output layer (padded and aligned). Known cells keep their values. `random`
  /// [depth] has uniform numbers: groove uses one per drum, nade and feel one per cell, and a combination only the first. If `cell_logits`
  /// is not null, it receives logits [depth]: with nade, each cell's logit given the cells before it; with feel, the logits with which a
  /// groove head would predict the same means.
  void choose(const float* logits, int depth, const HitChoice& choice, std::span<const float> random, const KnownCells& known,
              float* chosen, float* cell_logits) noexcept;

 private:
  // [hits chosen | sigmoid of velocities | tanh of offsets] (Gillick et al. 2019, section 3.3).
  void choose_groove(const float* logits, int depth, float temperature, std::span<const float> random, const KnownCells& known,
                     float* chosen) noexcept;

  // Chooses one of `depth` combinations. Combination c has a hit of class d if bit d of c is set (Magenta's MultiDrumOneHotEncoding).
  void choose_category(const float* logits, int depth, float temperature, float random, const KnownCells& known, float* chosen) noexcept;

  // p(class i | classes before) = sigmoid(c_i + sigmoid(b + sum of w_enc_j of the hits before) w_dec_i); `logits` is [b | c]. At
  // temperature 0 a probability of 0.5 or more is a hit, as in Magenta.
  void choose_nade(const float* logits, int depth, float temperature, std::span<const float> random, const KnownCells& known, float* chosen,
                   float* cell_logits) noexcept;

  // `logits` is [hits | mixtures of velocities | mixtures of offsets]. The velocity and the offset of a hit are sampled: a bin by its
  // probability, and a position in the bin uniformly. With a feel temperature of 0 they are the means. A cell without a hit has neither.
  void choose_feel(const float* logits, int depth, const HitChoice& choice, std::span<const float> random, const KnownCells& known,
                   float* chosen, float* cell_logits) noexcept;

  // Writes the weights of the bins at a temperature to likelihoods_, and returns their sum. The probability of a bin of [low, 1] is that of
  // a mixture of logistic distributions. The outermost bins include the tails.
  double weigh(const float* mixture, double low, float temperature) noexcept;

  // The position of the mean in the row of bins, 0..bins, at temperature 1.
  double mean_bin(const float* mixture, double low) noexcept;

  // The position in the row of bins, 0..bins, for a uniform number: the inverse of the cumulative distribution.
  double drawn_bin(const float* mixture, double low, float temperature, float random) noexcept;

  const Kernels* kernels_;
  OutputHead head_;
  const NadeWeights* nade_;
  int feel_bins_;
  int feel_components_;
  Rows velocities_;  // copies of the logits, after sigmoid here and after tanh in offsets_
  Rows offsets_;
  std::vector<double> likelihoods_;
  Rows hidden_;
  Rows squashed_;
};

}  // namespace musicvae::engine

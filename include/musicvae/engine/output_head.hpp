// OutputHead: what a decoder's output layer says becomes the next step: hits with velocities and offsets (means, or drawn), one of all
// combinations, or hits one after the other.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/engine/layout.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/weights.hpp"

namespace musicvae::engine {

/// How a model on its own chooses its steps. Hits: with temperature 0 the likelier of hit and no hit (of all combinations the likeliest), else by
/// the model's probabilities with its logits divided by the temperature, against uniform numbers of (seed, sample, step).
struct HitChoice {
  float temperature = 0.0F;
  std::uint64_t seed = 0;
  std::uint64_t first_sample = 0;  ///< the index of row 0's sample; row b is sample first_sample + b
  float feel_temperature = 0.0F;   ///< the same of a feel head's velocities and offsets; with 0 they are the means
};

/// A feel head says how far a component's mean is from here: the components begin evenly over [low, 1].
[[nodiscard]] constexpr double feel_centre(double low, int component, int components) {
  return low + (1.0 - low) * (component + 0.5) / components;
}
/// ... and the logarithm of its scale divided by this: the components begin as wide as they are apart, together nearly even over [low, 1].
[[nodiscard]] constexpr double feel_scale(double low, int components) {
  return (1.0 - low) / (2.0 * components);
}
/// That logarithm is at most this, and at least its negative.
inline constexpr double feel_most_log_scale = 5.0;

/// Cells that are known before a step is made, of one step: `mask` says which (above 0.5), `cells` says what. Both [cell_depth].
struct KnownCells {
  const float* cells = nullptr;
  const float* mask = nullptr;  ///< null: none is known
  [[nodiscard]] bool has(int i) const { return mask != nullptr && mask[i] > 0.5F; }
};

/// What a model's cells are: the head's outputs, or the hits that the categorical head's combinations are made of.
[[nodiscard]] int cell_depth(const ModelConfig& config);

/// The weights of the nade head (Larochelle and Murray 2011). Immutable and shared.
struct NadeWeights {
  int classes = 0;
  int hidden = 0;
  Rows encoder;  ///< [classes, hidden]: what a hit adds to the hidden units
  Rows decoder;  ///< [classes, hidden]: how hidden units make a class's logit

  NadeWeights() = default;
  NadeWeights(const ModelConfig& config, const Weights& weights);
};

/// Chooses steps, a row at a time. Belongs to one thread at a time; constructing allocates, choosing does not.
class OutputChooser {
 public:
  OutputChooser(const Kernels& kernels, OutputHead head, int output_depth, const NadeWeights& nade, int feel_bins = 0,
                int feel_components = 0);

  /// From `logits`, a row of the output layer (padded and aligned), to `chosen` [depth], the known cells as they are known.
  /// `random` [depth] has uniform numbers: for groove one a drum, for nade and feel one a cell, for a combination the first. Where `cell_logits` is not
  /// null it gets [depth]: the logits, of nade each cell's given the cells before it, of feel what a groove head would say for the means.
  void choose(const float* logits, int depth, const HitChoice& choice, std::span<const float> random, const KnownCells& known,
              float* chosen, float* cell_logits) noexcept;

 private:
  // [hits chosen | sigmoid of velocities | tanh of offsets] (Gillick et al. 2019, section 3.3).
  void choose_groove(const float* logits, int depth, float temperature, std::span<const float> random, const KnownCells& known,
                     float* chosen) noexcept;

  // One of `depth` combinations: combination c has class d's hit where bit d of c is set (Magenta's MultiDrumOneHotEncoding).
  void choose_category(const float* logits, int depth, float temperature, float random, const KnownCells& known, float* chosen) noexcept;

  // p(class i | classes before) = sigmoid(c_i + sigmoid(b + sum of w_enc_j of the hits before) w_dec_i); `logits` is [b | c].
  // Magenta's threshold is a probability of 0.5 or more.
  void choose_nade(const float* logits, int depth, float temperature, std::span<const float> random, const KnownCells& known, float* chosen,
                   float* cell_logits) noexcept;

  // Logits are [hits | velocities' mixtures | offsets' mixtures]. A hit's velocity and offset are drawn, a bin by its probability and evenly
  // within it, or with a feel temperature of 0 the means; a cell without a hit has neither.
  void choose_feel(const float* logits, int depth, const HitChoice& choice, std::span<const float> random, const KnownCells& known,
                   float* chosen, float* cell_logits) noexcept;

  // The bins' weights at a temperature into likelihoods_; returns their sum. The probability of a bin of [low, 1] is that of a mixture of
  // logistic distributions; the outermost bins have their tails, too.
  double weigh(const float* mixture, double low, float temperature) noexcept;

  // Where in the row of bins the mean lies, 0..bins; at temperature 1.
  double mean_bin(const float* mixture, double low) noexcept;

  // Where a uniform number falls, 0..bins: the inverse of the cumulative distribution.
  double drawn_bin(const float* mixture, double low, float temperature, float random) noexcept;

  const Kernels* kernels_;
  OutputHead head_;
  const NadeWeights* nade_;
  int feel_bins_;
  int feel_components_;
  Rows velocities_;  // squashed copies of the logits
  Rows offsets_;
  std::vector<double> likelihoods_;
  Rows hidden_;
  Rows squashed_;
};

}  // namespace musicvae::engine

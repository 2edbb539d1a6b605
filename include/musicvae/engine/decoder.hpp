// Decoder: decodes z to the steps of a window, one step after the other, with teacher forcing or from its own output (Roberts et al. 2018,
// section 3.2). It runs below a conductor if the model has one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "musicvae/engine/conductor.hpp"
#include "musicvae/engine/core_decoder.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/head.hpp"
#include "musicvae/model/weights.hpp"

namespace musicvae::engine {

/// The decoder's weights, packed; immutable and shared by the decoders of all threads.
struct DecoderWeights {
  const Kernels* kernels;
  int output_depth;
  int logit_depth;  ///< total width of the output layers (musicvae::logit_depth())
  int control_depth;
  int latent;
  int segment_steps;  ///< steps per subsequence; 0 without a conductor
  Immutable<Head> head;
  Head::ChooserFactory new_chooser;
  int draws;                                          ///< uniform random numbers for the choice of one step (Head::draws)
  std::shared_ptr<const ConductorWeights> conductor;  ///< null in a flat model
  std::vector<CoreDecoderWeights> parts;              ///< decoders of the output's parts, side by side
  std::vector<int> lookback;                          ///< DecoderConfig::lookback
  bool running_mean;                                  ///< DecoderConfig::running_mean
  bool running_spread;                                ///< DecoderConfig::running_spread

  /// `weights` must be checked (check_weights).
  DecoderWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen);
};

/// Cells of whole windows that are known before decoding. `mask` [n, steps, output_depth] marks them (above 0.5), and `cells` (same size)
/// has their values. Autoregressive decoding keeps known cells as they are and conditions the others on them. Empty: no cell is known.
struct KnownWindows {
  std::span<const float> cells;
  std::span<const float> mask;
};

/// Decodes batches. Belongs to one thread at a time. Constructing and prepare() allocate; the other functions allocate nothing, lock
/// nothing and cannot fail. Buffers are row-major. `n` is the batch size given to start().
class Decoder {
 public:
  explicit Decoder(std::shared_ptr<const DecoderWeights> weights);

  /// Sizes the buffers for batches up to `max_batch`. Throws ArgumentError for less than 1.
  void prepare(int max_batch);

  /// Begins new sequences from `z` [n, latent], 1 <= n <= max_batch.
  void start(std::span<const float> z, int n) noexcept;

  /// Computes one step after a given step: `previous` [n, output_depth] (zeros for the first), `control` [n, control_depth] -> `logits` [n,
  /// logit_depth].
  void step(std::span<const float> previous, std::span<const float> control, std::span<float> logits) noexcept;

  /// Computes one autoregressive step, after the step that it sampled last: `control` [n, control_depth] -> `sample` [n, output_depth], for
  /// a groove model [hits 0/1 | velocities 0..1 | offsets -1..1], and its `logits` (same size, or empty). `known` has the known cells of
  /// this step.
  void next(const ChoiceOptions& choice, std::span<const float> control, std::span<float> sample, std::span<float> logits = {},
            const KnownWindows& known = {}) noexcept;

  /// Decodes whole windows autoregressively: `controls` [n, steps, control_depth] -> `samples` [n, steps, output_depth] and their `logits`
  /// (same size, or empty).
  void decode(std::span<const float> z, int n, int steps, const ChoiceOptions& choice, std::span<const float> controls,
              std::span<float> samples, std::span<float> logits = {}, const KnownWindows& known = {}) noexcept;

  /// Decodes whole windows with teacher forcing, each step from the true step before it: `targets` [n, steps, output_depth], `controls` [n,
  /// steps, control_depth] -> `logits` [n, steps, output_depth]. With the nade head, the logit of a cell is given the true cells before it.
  /// With the feel head, the logits are those with which a groove head would predict the same means: the sigmoid of a velocity's logit and
  /// the tanh of an offset's logit are the means.
  void decode_teacher_forced(std::span<const float> z, int n, int steps, std::span<const float> targets, std::span<const float> controls,
                             std::span<float> logits) noexcept;

  /// Writes the layers' state c0, h0, c1, h1, ... after the last step, part after part, to `state` [n, 2 * sum of units].
  void state(std::span<float> state) const noexcept;

  [[nodiscard]] const DecoderWeights& weights() const noexcept { return *weights_; }

 private:
  [[nodiscard]] int state_width() const noexcept;

  // The width of a part's output layer.
  [[nodiscard]] int width_of(const CoreDecoder& part) const noexcept;

  void write_state(int b, float* to) const noexcept;

  // Begins all parts from z, or from the conductor's embedding.
  void begin_segment(const Rows& embedding) noexcept;

  // Computes one step of all parts. Row strides are in floats.
  void advance(const float* previous, std::ptrdiff_t previous_stride, const float* control, std::ptrdiff_t control_stride) noexcept;

  // Stores the previous step, and finds the lookback steps that this step takes as input.
  void remember(const float* previous, std::ptrdiff_t stride) noexcept;

  // How often each drum was hit in the steps so far, and the mean velocity and offset of its hits. `previous` is the last of these steps.
  const Rows& add_to_mean(const float* previous, std::ptrdiff_t stride) noexcept;

  // The root mean squares of these velocities and offsets. Call it after add_to_mean.
  const Rows& add_to_spread(const float* previous, std::ptrdiff_t stride) noexcept;

  // Computes one autoregressive step. The rows of `sample` and `logits` are `stride` floats apart, and the rows of `known` are
  // `known_stride` floats apart. `logits` may be null.
  void next(const ChoiceOptions& choice, const float* control, std::ptrdiff_t control_stride, float* sample, std::ptrdiff_t stride,
            float* logits, const KnownWindows& known, std::ptrdiff_t known_stride) noexcept;

  std::shared_ptr<const DecoderWeights> weights_;
  int max_batch_ = 0;
  int n_ = 0;
  std::uint64_t step_ = 0;
  std::vector<CoreDecoder> parts_;
  std::optional<Conductor> conductor_;
  std::vector<std::unique_ptr<StepChooser>> choosers_;  // one per part
  std::vector<float> random_;
  std::vector<float> all_known_;
  std::vector<Rows> made_;                 // the last steps, as many as the lookback reaches; step t is at index t modulo their number
  std::vector<const Rows*> further_back_;  // the lookback steps among them, null before the first step; then mean_ and spread_
  Rows sums_;                              // sums over the steps so far, of hits and of the velocities and offsets of hits
  Rows mean_;
  Rows squares_;  // sums over the steps so far, of the squared velocities and offsets of hits
  Rows spread_;
  Rows state_;     // the decoder's flat state, for the conductor
  Rows previous_;  // the step that was sampled last
  Rows z_;
};

}  // namespace musicvae::engine

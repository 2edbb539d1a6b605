// Decoder: from z to the steps of a window, one step after the other; teacher-forced or on its own output (Roberts et al. 2018,
// section 3.2), below a conductor where the model has one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "musicvae/engine/conductor.hpp"
#include "musicvae/engine/core_decoder.hpp"
#include "musicvae/engine/output_head.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/weights.hpp"

namespace musicvae::engine {

/// The decoder's weights, packed; immutable and shared by the decoders of all threads.
struct DecoderWeights {
  const Kernels* kernels;
  int output_depth;
  int logit_depth;  ///< what the output layers say together (musicvae::logit_depth())
  int cell_depth;   ///< width of the cells that may be known beforehand (cell_depth())
  int control_depth;
  int latent;
  int segment_steps;  ///< steps of a subsequence; 0 without a conductor
  OutputHead head;
  std::shared_ptr<const ConductorWeights> conductor;  ///< none in a flat model
  std::vector<CoreDecoderWeights> parts;              ///< of the output, side by side
  NadeWeights nade;                                   ///< of the nade head
  int feel_bins;                                      ///< of the feel head
  int feel_components;
  std::vector<int> lookback;  ///< ModelConfig::lookback
  bool running_mean;          ///< ModelConfig::running_mean
  bool running_spread;        ///< ModelConfig::running_spread

  /// `weights` are checked (check_weights).
  DecoderWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen);
};

/// Cells of whole windows that are known before they are decoded: `mask` [n, steps, cell_depth] says which (above 0.5), `cells` (same
/// size) what they hold. A model on its own takes them as they are, and makes the others with them in mind. Empty: none is known.
struct KnownWindows {
  std::span<const float> cells;
  std::span<const float> mask;
};

/// Decodes batches. Belongs to one thread at a time. Constructing and prepare() allocate; the other functions allocate
/// nothing, lock nothing and cannot fail. Buffers are row-major; `n` is that of start().
class Decoder {
 public:
  explicit Decoder(std::shared_ptr<const DecoderWeights> weights);

  /// Sizes the buffers for batches up to `max_batch`. Throws ArgumentError for less than 1.
  void prepare(int max_batch);

  /// Begins new sequences from `z` [n, latent], 1 <= n <= max_batch.
  void start(std::span<const float> z, int n) noexcept;

  /// One step after a given one: `previous` [n, output_depth] (zeros for the first), `control` [n, control_depth] ->
  /// `logits` [n, logit_depth].
  void step(std::span<const float> previous, std::span<const float> control, std::span<float> logits) noexcept;

  /// One step of a model on its own, after the step that it made last: `control` [n, control_depth] -> `sample` [n, output_depth], for a
  /// groove model [hits 0/1 | velocities 0..1 | offsets -1..1], and its `logits` (same size, or empty). `known` has this step's cells.
  void next(const HitChoice& choice, std::span<const float> control, std::span<float> sample, std::span<float> logits = {},
            const KnownWindows& known = {}) noexcept;

  /// Whole windows of a model on its own: `controls` [n, steps, control_depth] -> `samples` [n, steps, output_depth]
  /// and their `logits` (same size, or empty).
  void decode(std::span<const float> z, int n, int steps, const HitChoice& choice, std::span<const float> controls,
              std::span<float> samples, std::span<float> logits = {}, const KnownWindows& known = {}) noexcept;

  /// Whole windows, each step after the true one before it: `targets` [n, steps, output_depth], `controls`
  /// [n, steps, control_depth] -> `logits` [n, steps, output_depth]; of the nade head each cell's given the true cells before it,
  /// of the feel head those that a groove head would say: the sigmoid of a velocity's is its mean, the tanh of an offset's, too.
  void decode_teacher_forced(std::span<const float> z, int n, int steps, std::span<const float> targets, std::span<const float> controls,
                             std::span<float> logits) noexcept;

  /// The layers' state c0, h0, c1, h1, ... after the last step, part after part, into `state` [n, 2 * sum of units].
  void state(std::span<float> state) const noexcept;

  [[nodiscard]] const DecoderWeights& weights() const noexcept { return *weights_; }

 private:
  [[nodiscard]] int state_width() const noexcept;

  // Of what a part's output layer says.
  [[nodiscard]] int width_of(const CoreDecoder& part) const noexcept;

  void write_state(int b, float* to) const noexcept;

  // The parts begin with z, or with the conductor's embedding.
  void begin_segment(const Rows& embedding) noexcept;

  // One step of all parts. Row strides in floats.
  void advance(const float* previous, std::ptrdiff_t previous_stride, const float* control, std::ptrdiff_t control_stride) noexcept;

  // Keeps the step before this one, and finds those further back that this one is to see.
  void remember(const float* previous, std::ptrdiff_t stride) noexcept;

  // How often each drum was hit in the steps so far, and the mean velocity and offset of its hits; `previous` is the last of those steps.
  const Rows& add_to_mean(const float* previous, std::ptrdiff_t stride) noexcept;

  // The roots of the mean squares of those velocities and offsets; after add_to_mean.
  const Rows& add_to_spread(const float* previous, std::ptrdiff_t stride) noexcept;

  // One step on its own. `sample` and `logits` have rows `stride` floats apart, `known` rows `known_stride`; `logits` may be null.
  void next(const HitChoice& choice, const float* control, std::ptrdiff_t control_stride, float* sample, std::ptrdiff_t stride,
            float* logits, const KnownWindows& known, std::ptrdiff_t known_stride) noexcept;

  std::shared_ptr<const DecoderWeights> weights_;
  int max_batch_ = 0;
  int n_ = 0;
  std::uint64_t step_ = 0;
  std::vector<CoreDecoder> parts_;
  std::optional<Conductor> conductor_;
  OutputChooser chooser_;
  std::vector<float> random_;
  std::vector<float> all_known_;
  std::vector<Rows> made_;                 // the last steps, as many as the lookback reaches; step t at t modulo their number
  std::vector<const Rows*> further_back_;  // those of them that the lookback names; null before the first step. Then mean_ and spread_
  Rows sums_;                              // over the steps so far, of hits and of what the hits have
  Rows mean_;
  Rows squares_;  // sums over the steps so far, of the hits' velocities and offsets squared
  Rows spread_;
  Rows state_;     // the decoder's flat state, for the conductor
  Rows previous_;  // what the last step chose
  Rows z_;
};

}  // namespace musicvae::engine

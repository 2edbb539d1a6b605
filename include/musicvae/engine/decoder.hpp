// Decoder: LSTM layers from z to the steps of a window, one step after the other; teacher-forced or on its own output
// (Roberts et al. 2018, section 3.2), below a conductor where the model has one.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/engine/conductor.hpp"
#include "musicvae/engine/layers.hpp"
#include "musicvae/engine/philox.hpp"
#include "musicvae/model/config.hpp"

namespace musicvae::engine {

/// The decoder's weights, packed; immutable and shared by the decoders of all threads.
struct DecoderWeights {
  const Kernels* kernels;
  int output_depth;
  int control_depth;
  int latent;
  int segment_steps;  ///< steps of a subsequence; 0 without a conductor
  OutputHead head;
  std::shared_ptr<const ConductorWeights> conductor;  ///< none in a flat model
  DenseLayer initial_state;
  std::vector<LstmLayer> layers;  ///< the lowest has the inputs [step before | embedding | control]
  DenseLayer output;

  /// `weights` are checked (check_weights).
  DecoderWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen)
      : kernels(&chosen),
        output_depth(config.output_depth),
        control_depth(config.control_depth),
        latent(config.latent),
        segment_steps(config.conductor ? config.steps / config.conductor->segments : 0),
        head(config.head),
        conductor(config.conductor ? std::make_shared<const ConductorWeights>(config, weights, chosen) : nullptr),
        initial_state(weights, tensor_names::initial_state(config)),
        output(weights, tensor_names::output(config)) {
    std::vector<int> widths = {output_depth, conductor ? conductor->embedding : latent, control_depth};
    for (int l = 0; l < static_cast<int>(config.decoder_units.size()); ++l) {
      layers.emplace_back(weights, tensor_names::decoder_cell(config, l), widths);
      widths = {layers.back().units};
    }
  }
};

/// How a groove model on its own chooses its hits: with temperature 0 a drum is hit where its logit is above 0, else where
/// sigmoid(logit / temperature) is above a uniform number of (seed, sample, step).
struct HitChoice {
  float temperature = 0.0F;
  std::uint64_t seed = 0;
  std::uint64_t first_sample = 0;  ///< the index of row 0's sample; row b is sample first_sample + b
};

/// Decodes batches. Belongs to one thread at a time. Constructing and prepare() allocate; the other functions allocate
/// nothing, lock nothing and cannot fail. Buffers are row-major; `n` is that of start().
class Decoder {
 public:
  explicit Decoder(std::shared_ptr<const DecoderWeights> weights) : weights_(std::move(weights)), stack_(weights_->layers) {
    if (weights_->conductor) conductor_.emplace(weights_->conductor);
  }

  /// Sizes the buffers for batches up to `max_batch`. Throws ArgumentError for less than 1.
  void prepare(int max_batch) {
    if (max_batch < 1) throw ArgumentError("decoder: prepare() for no sequences; use 1 or more");
    max_batch_ = max_batch;
    stack_.prepare(max_batch);
    if (conductor_) conductor_->prepare(max_batch);
    constant_ = Rows(max_batch, 4 * padded(weights_->layers.front().units));
    scratch_ = Rows(max_batch, weights_->initial_state.outputs);
    state_ = Rows(max_batch, weights_->initial_state.outputs);
    logits_ = Rows(max_batch, weights_->output_depth);
    velocities_ = Rows(max_batch, weights_->output_depth);
    offsets_ = Rows(max_batch, weights_->output_depth);
    previous_ = Rows(max_batch, weights_->output_depth);
    z_ = Rows(max_batch, weights_->latent);
  }

  /// Begins new sequences from `z` [n, latent], 1 <= n <= max_batch.
  void start(std::span<const float> z, int n) noexcept {
    assert(n >= 1 && n <= max_batch_ && z.size() == size(n) * size(weights_->latent));
    n_ = n;
    step_ = 0;
    previous_.clear(n);
    for (int b = 0; b < n; ++b) {
      std::transform(z.data() + b * weights_->latent, z.data() + (b + 1) * weights_->latent, z_.row(b),
                     [](float value) { return std::abs(value) < smallest ? 0.0F : value; });
    }
    if (conductor_) {
      state_.clear(n);
      conductor_->start(z_.row(0), z_.stride(), n);
    } else {
      begin_segment(z_);
    }
  }

  /// One step after a given one: `previous` [n, output_depth] (zeros for the first), `control` [n, control_depth] ->
  /// `logits` [n, output_depth].
  void step(std::span<const float> previous, std::span<const float> control, std::span<float> logits) noexcept {
    assert(previous.size() == size(n_) * size(weights_->output_depth) && control.size() == size(n_) * size(weights_->control_depth));
    assert(logits.size() == previous.size());
    advance(previous.data(), weights_->output_depth, control.data(), weights_->control_depth);
    for (int b = 0; b < n_; ++b) std::copy_n(logits_.row(b), weights_->output_depth, logits.data() + b * weights_->output_depth);
  }

  /// One step of a groove model on its own, after the step that it made last: `control` [n, control_depth] -> `sample`
  /// [n, output_depth] = [hits 0/1 | velocities 0..1 | offsets -1..1], and its `logits` (same size, or empty).
  void next(const HitChoice& choice, std::span<const float> control, std::span<float> sample, std::span<float> logits = {}) noexcept {
    const int depth = weights_->output_depth;
    assert(weights_->head == OutputHead::groove && sample.size() == size(n_) * size(depth));
    assert((logits.empty() || logits.size() == sample.size()) && control.size() == size(n_) * size(weights_->control_depth));
    next(choice, control.data(), weights_->control_depth, sample.data(), depth, logits.empty() ? nullptr : logits.data());
  }

  /// Whole windows of a groove model on its own: `controls` [n, steps, control_depth] -> `samples` [n, steps, output_depth]
  /// and their `logits` (same size, or empty).
  void decode(std::span<const float> z, int n, int steps, const HitChoice& choice, std::span<const float> controls,
              std::span<float> samples, std::span<float> logits = {}) noexcept {
    const int depth = weights_->output_depth;
    const int control_depth = weights_->control_depth;
    assert(weights_->head == OutputHead::groove && samples.size() == size(n) * size(steps) * size(depth));
    assert((logits.empty() || logits.size() == samples.size()) && controls.size() == size(n) * size(steps) * size(control_depth));
    start(z, n);
    for (int t = 0; t < steps; ++t) {
      next(choice, controls.data() + t * control_depth, steps * control_depth, samples.data() + t * depth, steps * depth,
           logits.empty() ? nullptr : logits.data() + t * depth);
    }
  }

  /// Whole windows, each step after the true one before it: `targets` [n, steps, output_depth], `controls`
  /// [n, steps, control_depth] -> `logits` [n, steps, output_depth].
  void decode_teacher_forced(std::span<const float> z, int n, int steps, std::span<const float> targets, std::span<const float> controls,
                             std::span<float> logits) noexcept {
    const int depth = weights_->output_depth;
    const int control_depth = weights_->control_depth;
    assert(targets.size() == size(n) * size(steps) * size(depth) && logits.size() == targets.size());
    assert(controls.size() == size(n) * size(steps) * size(control_depth));
    start(z, n);
    for (int t = 0; t < steps; ++t) {
      const float* previous = t == 0 ? previous_.row(0) : targets.data() + (t - 1) * depth;
      advance(previous, t == 0 ? previous_.stride() : steps * depth, controls.data() + t * control_depth, steps * control_depth);
      for (int b = 0; b < n; ++b) std::copy_n(logits_.row(b), depth, logits.data() + (static_cast<std::ptrdiff_t>(b) * steps + t) * depth);
    }
  }

  /// The layers' state c0, h0, c1, h1, ... after the last step, into `state` [n, 2 * sum of units].
  void state(std::span<float> state) const noexcept {
    const int width = weights_->initial_state.outputs;
    assert(state.size() == size(n_) * size(width));
    for (int b = 0; b < n_; ++b) stack_.write_state(b, state.data() + static_cast<std::ptrdiff_t>(b) * width);
  }

  [[nodiscard]] const DecoderWeights& weights() const noexcept { return *weights_; }

 private:
  static std::size_t size(int count) { return static_cast<std::size_t>(count); }

  // The layers' state and the constant part of the lowest gates from z, or from the conductor's embedding.
  void begin_segment(const Rows& embedding) noexcept {
    const Kernels& k = *weights_->kernels;
    stack_.start(k, weights_->initial_state, embedding.row(0), embedding.stride(), scratch_, n_);
    const LstmLayer& lowest = weights_->layers.front();
    multiply(k, lowest.inputs[1], embedding.row(0), embedding.stride(), lowest.bias.data(), 0, constant_, n_);
  }

  // One step: the logits of all rows, in logits_. Row strides in floats.
  void advance(const float* previous, std::ptrdiff_t previous_stride, const float* control, std::ptrdiff_t control_stride) noexcept {
    const Kernels& k = *weights_->kernels;
    if (conductor_ && step_ % size(weights_->segment_steps) == 0) {
      for (int b = 0; b < n_ && step_ > 0; ++b) stack_.write_state(b, state_.row(b));
      begin_segment(conductor_->next(state_, n_));
    }
    ++step_;
    const LstmLayer& lowest = weights_->layers.front();
    Rows& gates = stack_.gates();
    multiply(k, lowest.inputs[0], previous, previous_stride, constant_.row(0), constant_.stride(), gates, n_);
    if (weights_->control_depth > 0) add_input(k, lowest.inputs[2], control, control_stride, gates, n_);
    stack_.step(k, n_);
    const Rows& top = stack_.output();
    weights_->output(k, top.row(0), top.stride(), logits_, n_);
  }

  // One step on its own. `sample` and `logits` have rows `stride` floats apart; `logits` may be null.
  void next(const HitChoice& choice, const float* control, std::ptrdiff_t control_stride, float* sample, std::ptrdiff_t stride,
            float* logits) noexcept {
    const auto step = static_cast<std::uint32_t>(step_);
    advance(previous_.row(0), previous_.stride(), control, control_stride);
    for (int b = 0; b < n_; ++b) {
      choose(choice, b, step);
      std::copy_n(previous_.row(b), weights_->output_depth, sample + b * stride);
      if (logits != nullptr) std::copy_n(logits_.row(b), weights_->output_depth, logits + b * stride);
    }
  }

  // previous_ = [hits chosen | sigmoid of velocities | tanh of offsets] (Gillick et al. 2019, section 3.3).
  void choose(const HitChoice& choice, int b, std::uint32_t step) noexcept {
    const Kernels& k = *weights_->kernels;
    const int drums = weights_->output_depth / 3;
    const float* logits = logits_.row(b);
    float* velocities = velocities_.row(b);
    float* offsets = offsets_.row(b);
    float* chosen = previous_.row(b);
    std::copy_n(logits, logits_.stride(), velocities);
    std::copy_n(logits, logits_.stride(), offsets);
    if (choice.temperature > 0.0F) {
      std::transform(logits, logits + drums, velocities, [&](float logit) { return logit / choice.temperature; });
    }
    k.sigmoid(velocities, velocities_.stride());
    k.tanh(offsets, offsets_.stride());
    if (choice.temperature > 0.0F) {
      RandomStream{choice.seed, choice.first_sample + static_cast<std::uint64_t>(b), Purpose::hits}.uniforms(step, {chosen, size(drums)});
      for (int d = 0; d < drums; ++d) chosen[d] = velocities[d] > chosen[d] ? 1.0F : 0.0F;
    } else {
      for (int d = 0; d < drums; ++d) chosen[d] = logits[d] > 0.0F ? 1.0F : 0.0F;
    }
    std::copy_n(velocities + drums, drums, chosen + drums);
    std::copy_n(offsets + 2 * drums, drums, chosen + 2 * drums);
  }

  std::shared_ptr<const DecoderWeights> weights_;
  int max_batch_ = 0;
  int n_ = 0;
  std::uint64_t step_ = 0;
  LstmStack stack_;
  std::optional<Conductor> conductor_;
  Rows constant_;  // the part of the lowest gates that does not change over a subsequence: bias and embedding
  Rows scratch_;   // the initial state before it is split
  Rows state_;     // the decoder's flat state, for the conductor
  Rows logits_;
  Rows velocities_;  // squashed copies of the logits
  Rows offsets_;
  Rows previous_;  // what the last step chose
  Rows z_;
};

}  // namespace musicvae::engine

// Decoder: from z to the steps of a window, one step after the other; teacher-forced or on its own output (Roberts et al. 2018,
// section 3.2), below a conductor where the model has one.
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
#include "musicvae/engine/core_decoder.hpp"
#include "musicvae/engine/output_head.hpp"
#include "musicvae/engine/philox.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/rounded.hpp"

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
  DecoderWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen)
      : kernels(&chosen),
        output_depth(config.output_depth),
        logit_depth(musicvae::logit_depth(config)),
        cell_depth(engine::cell_depth(config)),
        control_depth(config.control_depth),
        latent(config.latent),
        segment_steps(config.conductor ? config.steps / config.conductor->segments : 0),
        head(config.head),
        conductor(config.conductor ? std::make_shared<const ConductorWeights>(config, weights, chosen) : nullptr),
        feel_bins(config.feel_bins),
        feel_components(config.feel_components),
        lookback(config.lookback),
        running_mean(config.running_mean),
        running_spread(config.running_spread) {
    for (std::size_t part = 0; part < output_parts(config).size(); ++part) parts.emplace_back(config, weights, static_cast<int>(part));
    if (head == OutputHead::nade) nade = NadeWeights(config, weights);
  }
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
  explicit Decoder(std::shared_ptr<const DecoderWeights> weights)
      : weights_(std::move(weights)),
        chooser_(*weights_->kernels, weights_->head, weights_->output_depth, weights_->nade, weights_->feel_bins,
                 weights_->feel_components),
        random_(size(weights_->output_depth)),
        all_known_(size(weights_->output_depth), 1.0F),
        made_(weights_->lookback.empty() ? 0 : size(*std::max_element(weights_->lookback.begin(), weights_->lookback.end()))),
        further_back_(weights_->lookback.size() + (weights_->running_mean ? 1 : 0) + (weights_->running_spread ? 1 : 0)) {
    for (const CoreDecoderWeights& part : weights_->parts) parts_.emplace_back(part);
    if (weights_->conductor) conductor_.emplace(weights_->conductor);
  }

  /// Sizes the buffers for batches up to `max_batch`. Throws ArgumentError for less than 1.
  void prepare(int max_batch) {
    if (max_batch < 1) throw ArgumentError("decoder: prepare() for no sequences; use 1 or more");
    max_batch_ = max_batch;
    for (CoreDecoder& part : parts_) part.prepare(max_batch);
    if (conductor_) conductor_->prepare(max_batch);
    state_ = Rows(max_batch, state_width());
    previous_ = Rows(max_batch, weights_->output_depth);
    z_ = Rows(max_batch, weights_->latent);
    made_.assign(made_.size(), Rows(max_batch, weights_->output_depth));
    sums_ = Rows(max_batch, weights_->running_mean ? weights_->output_depth : 0);
    mean_ = sums_;
    squares_ = Rows(max_batch, weights_->running_spread ? weights_->output_depth / 3 * 2 : 0);
    spread_ = squares_;
  }

  /// Begins new sequences from `z` [n, latent], 1 <= n <= max_batch.
  void start(std::span<const float> z, int n) noexcept {
    assert(n >= 1 && n <= max_batch_ && z.size() == size(n) * size(weights_->latent));
    n_ = n;
    step_ = 0;
    previous_.clear(n);
    sums_.clear(n);
    squares_.clear(n);
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
  /// `logits` [n, logit_depth].
  void step(std::span<const float> previous, std::span<const float> control, std::span<float> logits) noexcept {
    assert(previous.size() == size(n_) * size(weights_->output_depth) && control.size() == size(n_) * size(weights_->control_depth));
    assert(logits.size() == size(n_) * size(weights_->logit_depth));
    advance(previous.data(), weights_->output_depth, control.data(), weights_->control_depth);
    for (int b = 0; b < n_; ++b) {
      float* to = logits.data() + b * weights_->logit_depth;
      for (const CoreDecoder& part : parts_) to = std::copy_n(part.logits().row(b), width_of(part), to);
    }
  }

  /// One step of a model on its own, after the step that it made last: `control` [n, control_depth] -> `sample` [n, output_depth], for a
  /// groove model [hits 0/1 | velocities 0..1 | offsets -1..1], and its `logits` (same size, or empty). `known` has this step's cells.
  void next(const HitChoice& choice, std::span<const float> control, std::span<float> sample, std::span<float> logits = {},
            const KnownWindows& known = {}) noexcept {
    const int depth = weights_->output_depth;
    assert(sample.size() == size(n_) * size(depth));
    assert((logits.empty() || logits.size() == sample.size()) && control.size() == size(n_) * size(weights_->control_depth));
    assert(known.mask.empty() || (known.mask.size() == size(n_) * size(weights_->cell_depth) && known.cells.size() == known.mask.size()));
    next(choice, control.data(), weights_->control_depth, sample.data(), depth, logits.empty() ? nullptr : logits.data(), known,
         weights_->cell_depth);
  }

  /// Whole windows of a model on its own: `controls` [n, steps, control_depth] -> `samples` [n, steps, output_depth]
  /// and their `logits` (same size, or empty).
  void decode(std::span<const float> z, int n, int steps, const HitChoice& choice, std::span<const float> controls,
              std::span<float> samples, std::span<float> logits = {}, const KnownWindows& known = {}) noexcept {
    const int depth = weights_->output_depth;
    const int control_depth = weights_->control_depth;
    const int cells = weights_->cell_depth;
    assert(samples.size() == size(n) * size(steps) * size(depth));
    assert((logits.empty() || logits.size() == samples.size()) && controls.size() == size(n) * size(steps) * size(control_depth));
    assert(known.mask.empty() || (known.mask.size() == size(n) * size(steps) * size(cells) && known.cells.size() == known.mask.size()));
    start(z, n);
    for (int t = 0; t < steps; ++t) {
      KnownWindows from_here;
      if (!known.mask.empty()) from_here = {known.cells.subspan(size(t * cells)), known.mask.subspan(size(t * cells))};
      next(choice, controls.data() + t * control_depth, steps * control_depth, samples.data() + t * depth, steps * depth,
           logits.empty() ? nullptr : logits.data() + t * depth, from_here, steps * cells);
    }
  }

  /// Whole windows, each step after the true one before it: `targets` [n, steps, output_depth], `controls`
  /// [n, steps, control_depth] -> `logits` [n, steps, output_depth]; of the nade head each cell's given the true cells before it,
  /// of the feel head those that a groove head would say: the sigmoid of a velocity's is its mean, the tanh of an offset's, too.
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
      for (int b = 0; b < n; ++b) {
        const std::ptrdiff_t at = (static_cast<std::ptrdiff_t>(b) * steps + t) * depth;
        if (weights_->head == OutputHead::nade || weights_->head == OutputHead::feel) {
          chooser_.choose(parts_.front().logits().row(b), depth, {}, random_, {targets.data() + at, all_known_.data()}, previous_.row(b),
                          logits.data() + at);
        } else {
          float* to = logits.data() + at;
          for (const CoreDecoder& part : parts_) to = std::copy_n(part.logits().row(b), width_of(part), to);
        }
      }
    }
  }

  /// The layers' state c0, h0, c1, h1, ... after the last step, part after part, into `state` [n, 2 * sum of units].
  void state(std::span<float> state) const noexcept {
    assert(state.size() == size(n_) * size(state_width()));
    for (int b = 0; b < n_; ++b) write_state(b, state.data() + static_cast<std::ptrdiff_t>(b) * state_width());
  }

  [[nodiscard]] const DecoderWeights& weights() const noexcept { return *weights_; }

 private:
  static std::size_t size(int count) { return static_cast<std::size_t>(count); }

  [[nodiscard]] int state_width() const noexcept {
    int width = 0;
    for (const CoreDecoderWeights& part : weights_->parts) width += part.initial_state.outputs;
    return width;
  }

  // Of what a part's output layer says.
  [[nodiscard]] int width_of(const CoreDecoder& part) const noexcept {
    return weights_->parts[static_cast<std::size_t>(&part - parts_.data())].output.outputs;
  }

  void write_state(int b, float* to) const noexcept {
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      parts_[p].write_state(b, to);
      to += weights_->parts[p].initial_state.outputs;
    }
  }

  // The parts begin with z, or with the conductor's embedding.
  void begin_segment(const Rows& embedding) noexcept {
    for (CoreDecoder& part : parts_) part.begin(*weights_->kernels, embedding, n_);
  }

  // One step of all parts. Row strides in floats.
  void advance(const float* previous, std::ptrdiff_t previous_stride, const float* control, std::ptrdiff_t control_stride) noexcept {
    const Kernels& k = *weights_->kernels;
    if (conductor_ && step_ % size(weights_->segment_steps) == 0) {
      for (int b = 0; b < n_ && step_ > 0; ++b) write_state(b, state_.row(b));
      begin_segment(conductor_->next(state_, n_));
    }
    remember(previous, previous_stride);
    ++step_;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      parts_[p].advance(k, previous, previous_stride, control, control_stride, further_back_, n_);
      previous += weights_->parts[p].depth;
    }
  }

  // Keeps the step before this one, and finds those further back that this one is to see.
  void remember(const float* previous, std::ptrdiff_t stride) noexcept {
    if (weights_->running_mean) further_back_[weights_->lookback.size()] = step_ == 0 ? nullptr : &add_to_mean(previous, stride);
    if (weights_->running_spread) further_back_.back() = step_ == 0 ? nullptr : &add_to_spread(previous, stride);
    if (!made_.empty() && step_ > 0) {
      Rows& kept = made_[(step_ - 1) % made_.size()];
      for (int b = 0; b < n_; ++b) std::copy_n(previous + b * stride, weights_->output_depth, kept.row(b));
    }
    for (std::size_t i = 0; i < weights_->lookback.size(); ++i) {
      const auto back = static_cast<std::uint64_t>(weights_->lookback[i]);
      further_back_[i] = step_ < back ? nullptr : &made_[(step_ - back) % made_.size()];
    }
  }

  // How often each drum was hit in the steps so far, and the mean velocity and offset of its hits; `previous` is the last of those steps.
  const Rows& add_to_mean(const float* previous, std::ptrdiff_t stride) noexcept {
    const int drums = weights_->output_depth / 3;
    const auto steps = static_cast<float>(step_);
    for (int b = 0; b < n_; ++b, previous += stride) {
      float* sum = sums_.row(b);
      float* mean = mean_.row(b);
      for (int d = 0; d < drums; ++d) {
        const float hit = previous[d];
        sum[d] += hit;
        mean[d] = sum[d] / steps;
        for (const int i : {drums + d, 2 * drums + d}) {
          sum[i] += rounded(hit * previous[i]);
          mean[i] = sum[i] / std::max(sum[d], 1.0F);
        }
      }
    }
    return mean_;
  }

  // The roots of the mean squares of those velocities and offsets; after add_to_mean.
  const Rows& add_to_spread(const float* previous, std::ptrdiff_t stride) noexcept {
    const int drums = weights_->output_depth / 3;
    for (int b = 0; b < n_; ++b, previous += stride) {
      for (int i = 0; i < 2 * drums; ++i) {
        const float value = previous[drums + i];
        squares_.row(b)[i] += rounded(previous[i % drums] * value * value);
        spread_.row(b)[i] = std::sqrt(squares_.row(b)[i] / std::max(sums_.row(b)[i % drums], 1.0F));
      }
    }
    return spread_;
  }

  // One step on its own. `sample` and `logits` have rows `stride` floats apart, `known` rows `known_stride`; `logits` may be null.
  void next(const HitChoice& choice, const float* control, std::ptrdiff_t control_stride, float* sample, std::ptrdiff_t stride,
            float* logits, const KnownWindows& known, std::ptrdiff_t known_stride) noexcept {
    const auto step = static_cast<std::uint32_t>(step_);
    advance(previous_.row(0), previous_.stride(), control, control_stride);
    for (int b = 0; b < n_; ++b) {
      if (choice.temperature > 0.0F || choice.feel_temperature > 0.0F) {
        const std::size_t needed = weights_->head == OutputHead::groove        ? size(weights_->output_depth / 3)
                                   : weights_->head == OutputHead::categorical ? parts_.size()
                                                                               : size(weights_->output_depth);
        RandomStream{choice.seed, choice.first_sample + static_cast<std::uint64_t>(b), Purpose::hits}.uniforms(
            step, std::span(random_).first(needed));
      }
      KnownCells cells;
      if (!known.mask.empty()) cells = {known.cells.data() + b * known_stride, known.mask.data() + b * known_stride};
      int at = 0;
      for (std::size_t p = 0; p < parts_.size(); ++p) {
        const int depth = weights_->parts[p].depth;
        chooser_.choose(parts_[p].logits().row(b), depth, choice, std::span(random_).subspan(p), cells, previous_.row(b) + at,
                        logits == nullptr ? nullptr : logits + b * stride + at);
        at += depth;
      }
      std::copy_n(previous_.row(b), weights_->output_depth, sample + b * stride);
    }
  }

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

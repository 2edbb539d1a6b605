#include "musicvae/engine/decoder.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "engine/as_size.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/numerics/philox.hpp"
#include "musicvae/numerics/rounded.hpp"

namespace musicvae::engine {

DecoderWeights::DecoderWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen)
    : kernels(&chosen),
      output_depth(config.output_depth()),
      logit_depth(musicvae::logit_depth(config)),
      control_depth(config.control_depth()),
      latent(config.latent),
      segment_steps(config.conductor ? config.steps / config.conductor->segments : 0),
      head(config.head),
      new_chooser(config.head->choosers(config, weights, chosen)),
      draws(config.head->draws(config)),
      conductor(config.conductor ? std::make_shared<const ConductorWeights>(config, weights, chosen) : nullptr),
      lookback(config.decoder.lookback),
      running_mean(config.decoder.running_mean),
      running_spread(config.decoder.running_spread) {
  for (std::size_t part = 0; part < output_parts(config).size(); ++part) parts.emplace_back(config, weights, static_cast<int>(part));
}

Decoder::Decoder(std::shared_ptr<const DecoderWeights> weights)
    : weights_(std::move(weights)),
      random_(as_size(weights_->output_depth)),
      all_known_(as_size(weights_->output_depth), 1.0F),
      made_(weights_->lookback.empty() ? 0 : as_size(*std::max_element(weights_->lookback.begin(), weights_->lookback.end()))),
      further_back_(weights_->lookback.size() + (weights_->running_mean ? 1 : 0) + (weights_->running_spread ? 1 : 0)) {
  for (const CoreDecoderWeights& part : weights_->parts) {
    choosers_.push_back(weights_->new_chooser(static_cast<int>(parts_.size())));
    parts_.emplace_back(part);
  }
  if (weights_->conductor) conductor_.emplace(weights_->conductor);
}

void Decoder::prepare(int max_batch) {
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

void Decoder::start(std::span<const float> z, int n) noexcept {
  assert(n >= 1 && n <= max_batch_ && z.size() == as_size(n) * as_size(weights_->latent));
  n_ = n;
  step_ = 0;
  previous_.clear(n);
  sums_.clear(n);
  squares_.clear(n);
  for (int b = 0; b < n; ++b) {
    std::transform(z.data() + b * weights_->latent, z.data() + (b + 1) * weights_->latent, z_.row(b),
                   [](float value) { return std::abs(value) < numerics::kSmallest ? 0.0F : value; });
  }
  if (conductor_) {
    state_.clear(n);
    conductor_->start(z_.row(0), z_.stride(), n);
  } else {
    begin_segment(z_);
  }
}

void Decoder::step(std::span<const float> previous, std::span<const float> control, std::span<float> logits) noexcept {
  assert(previous.size() == as_size(n_) * as_size(weights_->output_depth) &&
         control.size() == as_size(n_) * as_size(weights_->control_depth));
  assert(logits.size() == as_size(n_) * as_size(weights_->logit_depth));
  advance(previous.data(), weights_->output_depth, control.data(), weights_->control_depth);
  for (int b = 0; b < n_; ++b) {
    float* to = logits.data() + b * weights_->logit_depth;
    for (const CoreDecoder& part : parts_) to = std::copy_n(part.logits().row(b), width_of(part), to);
  }
}

void Decoder::next(const ChoiceOptions& choice, std::span<const float> control, std::span<float> sample, std::span<float> logits,
                   const KnownWindows& known) noexcept {
  const int depth = weights_->output_depth;
  assert(sample.size() == as_size(n_) * as_size(depth));
  assert((logits.empty() || logits.size() == sample.size()) && control.size() == as_size(n_) * as_size(weights_->control_depth));
  assert(known.mask.empty() || (known.mask.size() == as_size(n_) * as_size(depth) && known.cells.size() == known.mask.size()));
  next(choice, control.data(), weights_->control_depth, sample.data(), depth, logits.empty() ? nullptr : logits.data(), known, depth);
}

void Decoder::decode(std::span<const float> z, int n, int steps, const ChoiceOptions& choice, std::span<const float> controls,
                     std::span<float> samples, std::span<float> logits, const KnownWindows& known) noexcept {
  const int depth = weights_->output_depth;
  const int control_depth = weights_->control_depth;
  assert(samples.size() == as_size(n) * as_size(steps) * as_size(depth));
  assert((logits.empty() || logits.size() == samples.size()) && controls.size() == as_size(n) * as_size(steps) * as_size(control_depth));
  assert(known.mask.empty() ||
         (known.mask.size() == as_size(n) * as_size(steps) * as_size(depth) && known.cells.size() == known.mask.size()));
  start(z, n);
  for (int t = 0; t < steps; ++t) {
    KnownWindows from_here;
    if (!known.mask.empty()) from_here = {known.cells.subspan(as_size(t * depth)), known.mask.subspan(as_size(t * depth))};
    next(choice, controls.data() + t * control_depth, steps * control_depth, samples.data() + t * depth, steps * depth,
         logits.empty() ? nullptr : logits.data() + t * depth, from_here, steps * depth);
  }
}

void Decoder::decode_teacher_forced(std::span<const float> z, int n, int steps, std::span<const float> targets,
                                    std::span<const float> controls, std::span<float> logits) noexcept {
  const int depth = weights_->output_depth;
  const int control_depth = weights_->control_depth;
  assert(targets.size() == as_size(n) * as_size(steps) * as_size(depth) && logits.size() == targets.size());
  assert(controls.size() == as_size(n) * as_size(steps) * as_size(control_depth));
  start(z, n);
  for (int t = 0; t < steps; ++t) {
    const float* previous = t == 0 ? previous_.row(0) : targets.data() + (t - 1) * depth;
    advance(previous, t == 0 ? previous_.stride() : steps * depth, controls.data() + t * control_depth, steps * control_depth);
    for (int b = 0; b < n; ++b) {
      const std::ptrdiff_t at = (static_cast<std::ptrdiff_t>(b) * steps + t) * depth;
      if (weights_->head->computes_cell_logits()) {
        choosers_.front()->choose(parts_.front().logits().row(b), depth, {}, random_, {targets.data() + at, all_known_.data()},
                                  previous_.row(b), logits.data() + at);
      } else {
        float* to = logits.data() + at;
        for (const CoreDecoder& part : parts_) to = std::copy_n(part.logits().row(b), width_of(part), to);
      }
    }
  }
}

void Decoder::state(std::span<float> state) const noexcept {
  assert(state.size() == as_size(n_) * as_size(state_width()));
  for (int b = 0; b < n_; ++b) write_state(b, state.data() + static_cast<std::ptrdiff_t>(b) * state_width());
}

int Decoder::state_width() const noexcept {
  int width = 0;
  for (const CoreDecoderWeights& part : weights_->parts) width += part.initial_state.outputs;
  return width;
}

int Decoder::width_of(const CoreDecoder& part) const noexcept {
  return weights_->parts[static_cast<std::size_t>(&part - parts_.data())].output.outputs;
}

void Decoder::write_state(int b, float* to) const noexcept {
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    parts_[p].write_state(b, to);
    to += weights_->parts[p].initial_state.outputs;
  }
}

void Decoder::begin_segment(const Rows& embedding) noexcept {
  for (CoreDecoder& part : parts_) part.begin(*weights_->kernels, embedding, n_);
}

void Decoder::advance(const float* previous, std::ptrdiff_t previous_stride, const float* control, std::ptrdiff_t control_stride) noexcept {
  const Kernels& k = *weights_->kernels;
  if (conductor_ && step_ % as_size(weights_->segment_steps) == 0) {
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

void Decoder::remember(const float* previous, std::ptrdiff_t stride) noexcept {
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

const Rows& Decoder::add_to_mean(const float* previous, std::ptrdiff_t stride) noexcept {
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

const Rows& Decoder::add_to_spread(const float* previous, std::ptrdiff_t stride) noexcept {
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

void Decoder::next(const ChoiceOptions& choice, const float* control, std::ptrdiff_t control_stride, float* sample, std::ptrdiff_t stride,
                   float* logits, const KnownWindows& known, std::ptrdiff_t known_stride) noexcept {
  const auto step = static_cast<std::uint32_t>(step_);
  advance(previous_.row(0), previous_.stride(), control, control_stride);
  for (int b = 0; b < n_; ++b) {
    if (choice.temperature > 0.0F || choice.feel_temperature > 0.0F) {
      numerics::RandomStream{choice.seed, choice.first_sample + static_cast<std::uint64_t>(b), numerics::Purpose::hits}.uniforms(
          step, std::span(random_).first(as_size(weights_->draws)));
    }
    int at = 0;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      const int depth = weights_->parts[p].depth;
      KnownCells cells;
      if (!known.mask.empty()) cells = {known.cells.data() + b * known_stride + at, known.mask.data() + b * known_stride + at};
      choosers_[p]->choose(parts_[p].logits().row(b), depth, choice, random_, cells, previous_.row(b) + at,
                           logits == nullptr ? nullptr : logits + b * stride + at);
      at += depth;
    }
    std::copy_n(previous_.row(b), weights_->output_depth, sample + b * stride);
  }
}

}  // namespace musicvae::engine

#include "musicvae/engine/encoder.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <functional>
#include <utility>

#include "engine/as_size.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/numerics/exact.hpp"

namespace musicvae::engine {

namespace {

// The inputs of several steps are multiplied at once, up to this many rows: with few windows, the weights are then read less often.
constexpr int kRowsTogether = 32;

}  // namespace

EncoderWeights::EncoderWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen)
    : kernels(&chosen),
      input_depth(config.input_depth() + config.control_depth()),
      latent(config.latent),
      ending_columns(config.representation->segments_end() && !config.encoder.levels.empty() ? config.input_depth() : 0),
      mu(weights, tensor_names::kMu),
      sigma(weights, tensor_names::kSigma) {
  for (int l = 0; l < encoder_level_count(config); ++l) {
    const std::vector<LstmLayerSpec> forward = encoder_layers(config, l, "fw");
    const std::vector<LstmLayerSpec> backward = encoder_layers(config, l, "bw");
    Level& level = levels.emplace_back();
    if (!config.encoder.levels.empty()) level.steps = config.encoder.levels[static_cast<std::size_t>(l)];
    for (std::size_t i = 0; i < forward.size(); ++i) {
      level.layers.push_back({LstmLayer(weights, forward[i], {forward[i].inputs}), LstmLayer(weights, backward[i], {backward[i].inputs})});
    }
  }
}

int EncoderWeights::fixed_steps() const {
  int steps = 1;
  for (const Level& level : levels) steps *= level.steps;
  return steps;
}

Encoder::Encoder(std::shared_ptr<const EncoderWeights> weights) : weights_(std::move(weights)) {}

void Encoder::prepare(int max_batch, int max_steps) {
  if (max_batch < 1 || max_steps < 1) throw ArgumentError("encoder: prepare() for no windows or no steps; use 1 or more of both");
  max_batch_ = max_batch;
  max_steps_ = max_steps;
  levels_.clear();
  int sequences = max_batch;  // of the lowest level: the segments of a window are side by side
  for (std::size_t l = 1; l < weights_->levels.size(); ++l) sequences *= weights_->levels[l].steps;
  ends_.resize(as_size(weights_->ending_columns > 0 ? sequences : 0));
  for (std::size_t l = 0; l < weights_->levels.size(); ++l) {
    const EncoderWeights::Level& level = weights_->levels[l];
    const int below = l == 0 ? weights_->input_depth : 2 * weights_->levels[l - 1].layers.back()[0].units;
    levels_.emplace_back(level, below, sequences, level.steps == 0 ? max_steps : level.steps);
    if (l + 1 < weights_->levels.size()) sequences /= weights_->levels[l + 1].steps;
  }
  result_ = Rows(max_batch, weights_->latent);
}

void Encoder::encode(std::span<const float> x, std::span<const int> lengths, int n, int steps, std::span<float> mu,
                     std::span<float> sigma) noexcept {
  assert(n >= 1 && n <= max_batch_ && steps >= 1 && steps <= max_steps_);
  assert(x.size() == as_size(n) * as_size(steps) * as_size(weights_->input_depth) && (lengths.empty() || lengths.size() == as_size(n)));
  assert(mu.size() == as_size(n) * as_size(weights_->latent) && sigma.size() == mu.size());
  const Kernels& k = *weights_->kernels;
  Sequence source{x.data(), weights_->input_depth, weights_->input_depth};
  int sequences = n * steps;
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    const int level_steps = weights_->levels[l].steps == 0 ? steps : weights_->levels[l].steps;
    sequences /= level_steps;  // a window's segments follow one another in memory, so they are rows of a larger batch
    std::span<const int> level_lengths;
    if (weights_->levels.size() == 1) level_lengths = lengths;
    if (l == 0 && weights_->ending_columns > 0) level_lengths = segment_ends(x.data(), sequences, level_steps);
    levels_[l].encode(k, weights_->levels[l], source, level_lengths, sequences, level_steps);
    const Rows& last = levels_[l].last();
    source = {last.row(0), 2 * weights_->levels[l].layers.back()[0].units, last.stride()};
  }
  weights_->mu(k, source.values, source.stride, result_, n);
  for (int b = 0; b < n; ++b) std::copy_n(result_.row(b), weights_->latent, mu.data() + b * weights_->latent);
  weights_->sigma(k, source.values, source.stride, result_, n);
  for (int b = 0; b < n; ++b) {
    std::transform(result_.row(b), result_.row(b) + weights_->latent, sigma.data() + b * weights_->latent,
                   [](float value) { return static_cast<float>(numerics::exact::softplus(value)); });
  }
}

std::span<const int> Encoder::segment_ends(const float* x, int n, int steps) noexcept {
  const int depth = weights_->input_depth;
  for (int b = 0; b < n; ++b) {
    const float* segment = x + static_cast<std::ptrdiff_t>(b) * steps * depth;
    const auto is_zero = [&](int step) {
      const float* row = segment + static_cast<std::ptrdiff_t>(step) * depth;
      return std::all_of(row, row + weights_->ending_columns, [](float value) { return value == 0.0F; });
    };
    int end = steps;
    while (end > 1 && is_zero(end - 1)) --end;
    ends_[as_size(b)] = end;
  }
  return std::span(ends_).first(as_size(n));
}

Encoder::Level::Level(const EncoderWeights::Level& weights, int input_depth, int max_batch, int max_steps) {
  int widest_input = input_depth;
  int widest = 0;
  for (const auto& layer : weights.layers) widest = std::max(widest, layer[0].units);
  if (weights.layers.size() > 1) {
    widest_input = std::max(widest_input, 2 * widest);
    for (Rows& sequence : between_) sequence = Rows(max_batch * max_steps, 2 * widest);
  }
  const int rows = std::max(max_batch, kRowsTogether);
  inputs_ = Rows(rows, widest_input);
  gates_ = Rows(rows, 4 * padded(widest));
  projection_ = Rows(rows, widest);
  for (const auto& layer : weights.layers) states_.emplace_back(max_batch, layer[0].units);
  last_ = Rows(max_batch, 2 * weights.layers.back()[0].units);
}

template <class Length>
void Encoder::Level::run(const Kernels& k, const LstmLayer& layer, LstmState& state, int direction, const Sequence& source, int n,
                         int steps, const Length& length, Rows* outputs) noexcept {
  Rows& sum = layer.projects ? projection_ : gates_;
  state.clear(n);
  int longest = 0;
  for (int b = 0; b < n; ++b) longest = std::max(longest, length(b));
  const int together = std::max(1, kRowsTogether / n);
  for (int begin = 0; begin < longest; begin += together) {
    const int count = std::min(together, longest - begin);
    const auto position = [&](int b, int s) { return static_cast<std::ptrdiff_t>(b) * steps + (direction == 0 ? s : length(b) - 1 - s); };
    for (int s = begin; s < begin + count; ++s) {
      for (int b = 0; b < n; ++b) {
        if (s >= length(b)) continue;
        const float* from = source.values + position(b, s) * source.stride;
        std::transform(from, from + source.depth, inputs_.row((s - begin) * n + b),
                       [](float value) { return std::abs(value) < numerics::kSmallest ? 0.0F : value; });
      }
    }
    numerics::multiply(k, layer.inputs.front(), inputs_.row(0), inputs_.stride(), layer.input_bias.data(), 0, sum, count * n);
    project(k, layer, projection_, gates_, count * n);
    for (int s = begin; s < begin + count; ++s) {
      const int first = (s - begin) * n;
      finish_step(k, layer, state, gates_, n, first, [&](int b) { return s < length(b); });
      if (outputs == nullptr) continue;
      for (int b = 0; b < n; ++b) {
        if (s >= length(b)) continue;
        float* to = outputs->row(static_cast<int>(position(b, s))) + direction * layer.units;
        if (layer.residual) {  // all residual layers of an encoder have a projection
          std::transform(state.h.row(b), state.h.row(b) + layer.units, projection_.row(first + b), to, std::plus<>());
        } else {
          std::copy_n(state.h.row(b), layer.units, to);
        }
      }
    }
  }
  for (int b = 0; b < n && outputs == nullptr; ++b) std::copy_n(state.h.row(b), layer.units, last_.row(b) + direction * layer.units);
}

void Encoder::Level::encode(const Kernels& k, const EncoderWeights::Level& weights, Sequence source, std::span<const int> lengths, int n,
                            int steps) noexcept {
  const auto length = [&](int b) { return lengths.empty() ? steps : lengths[as_size(b)]; };
  for (std::size_t l = 0; l < weights.layers.size(); ++l) {
    const int units = weights.layers[l][0].units;
    Rows* outputs = l + 1 < weights.layers.size() ? &between_[l % 2] : nullptr;  // only the last h of the top layer counts
    for (int direction = 0; direction < 2; ++direction) {
      run(k, weights.layers[l][as_size(direction)], states_[l], direction, source, n, steps, length, outputs);
    }
    if (outputs != nullptr) source = {outputs->row(0), 2 * units, outputs->stride()};
  }
}

}  // namespace musicvae::engine

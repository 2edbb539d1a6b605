#include "musicvae/engine/encoder.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

#include "engine/as_size.hpp"
#include "engine/encoder_level.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/numerics/exact.hpp"

namespace musicvae::engine {

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

Encoder::Encoder(std::shared_ptr<const EncoderWeights> weights, Precision precision)
    : weights_(std::move(weights)),
      bf16_(precision == Precision::bf16 || (precision == Precision::automatic && numerics::has_fast_bf16())) {}

Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;
Encoder::~Encoder() = default;

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
    const LevelSizes sizes{.input_depth = below, .max_batch = sequences, .max_steps = level.steps == 0 ? max_steps : level.steps};
    levels_.push_back(bf16_ ? make_bf16_level(*weights_, l, sizes) : make_fp32_level(*weights_, l, sizes));
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
  Sequences source{x.data(), weights_->input_depth, weights_->input_depth};
  int sequences = n * steps;
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    const int level_steps = weights_->levels[l].steps == 0 ? steps : weights_->levels[l].steps;
    sequences /= level_steps;  // a window's segments follow one another in memory, so they are rows of a larger batch
    std::span<const int> level_lengths;
    if (weights_->levels.size() == 1) level_lengths = lengths;
    if (l == 0 && weights_->ending_columns > 0) level_lengths = segment_ends(x.data(), sequences, level_steps);
    levels_[l]->encode(source, level_lengths, sequences, level_steps);
    const Rows& last = levels_[l]->last();
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

}  // namespace musicvae::engine

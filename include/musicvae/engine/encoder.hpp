// Encoder: bidirectional LSTM layers from a window of steps to the mean and the deviation of its latent z
// (Roberts et al. 2018, section 3.1).
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/engine/exact.hpp"
#include "musicvae/engine/layers.hpp"
#include "musicvae/model/config.hpp"

namespace musicvae::engine {

/// The encoder's weights, packed; immutable and shared by the encoders of all threads.
struct EncoderWeights {
  const Kernels* kernels;
  int input_depth;  ///< of a step: the config's input and, after it, its control track
  int latent;
  std::vector<std::array<LstmLayer, 2>> layers;  ///< forward and backward in time
  DenseLayer mu;
  DenseLayer sigma;  ///< before its softplus

  /// `weights` are checked (check_weights).
  EncoderWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen)
      : kernels(&chosen),
        input_depth(config.input_depth + config.control_depth),
        latent(config.latent),
        mu(weights, tensor_names::mu),
        sigma(weights, tensor_names::sigma) {
    int width = input_depth;
    for (int l = 0; l < static_cast<int>(config.encoder_units.size()); ++l) {
      layers.push_back({LstmLayer(weights, tensor_names::encoder_cell(l, "fw"), {width}),
                        LstmLayer(weights, tensor_names::encoder_cell(l, "bw"), {width})});
      width = 2 * config.encoder_units[static_cast<std::size_t>(l)];
    }
  }
};

/// Encodes batches of windows. Belongs to one thread at a time. Constructing and prepare() allocate; encode() does not.
class Encoder {
 public:
  explicit Encoder(std::shared_ptr<const EncoderWeights> weights) : weights_(std::move(weights)) {}

  /// Sizes the buffers for batches up to `max_batch` windows of up to `max_steps` steps. Throws ArgumentError for sizes below 1.
  void prepare(int max_batch, int max_steps) {
    if (max_batch < 1 || max_steps < 1) throw ArgumentError("encoder: prepare() for no windows or no steps; use 1 or more of both");
    max_batch_ = max_batch;
    max_steps_ = max_steps;
    int widest_input = weights_->input_depth;
    int widest = 0;
    for (const auto& layer : weights_->layers) widest = std::max(widest, layer[0].units);
    if (weights_->layers.size() > 1) {
      widest_input = std::max(widest_input, 2 * widest);
      for (Rows& sequence : between_) sequence = Rows(max_batch * max_steps, 2 * widest);
    }
    inputs_ = Rows(max_batch, widest_input);
    gates_ = Rows(max_batch, 4 * padded(widest));
    states_.clear();
    for (const auto& layer : weights_->layers) states_.emplace_back(max_batch, layer[0].units);
    last_ = Rows(max_batch, 2 * weights_->layers.back()[0].units);
    result_ = Rows(max_batch, weights_->latent);
  }

  /// `x` [n, steps, input_depth] -> `mu` and `sigma` [n, latent], all row-major. `lengths` [n] says how many steps of a window
  /// count (1 to steps); empty: all. n and steps are within those of prepare(). Allocates nothing, locks nothing, cannot fail.
  void encode(std::span<const float> x, std::span<const int> lengths, int n, int steps, std::span<float> mu,
              std::span<float> sigma) noexcept {
    assert(n >= 1 && n <= max_batch_ && steps >= 1 && steps <= max_steps_);
    assert(x.size() == size(n) * size(steps) * size(weights_->input_depth) && (lengths.empty() || lengths.size() == size(n)));
    assert(mu.size() == size(n) * size(weights_->latent) && sigma.size() == mu.size());
    const auto length = [&](int b) { return lengths.empty() ? steps : lengths[size(b)]; };

    Sequence source{x.data(), weights_->input_depth, weights_->input_depth};
    for (std::size_t l = 0; l < weights_->layers.size(); ++l) {
      const int units = weights_->layers[l][0].units;
      Rows* outputs = l + 1 < weights_->layers.size() ? &between_[l % 2] : nullptr;  // of the top layer only the last h count
      for (int direction = 0; direction < 2; ++direction) run(l, direction, source, n, steps, length, outputs);
      if (outputs != nullptr) source = {outputs->row(0), 2 * units, outputs->stride()};
    }

    const Kernels& k = *weights_->kernels;
    weights_->mu(k, last_.row(0), last_.stride(), result_, n);
    for (int b = 0; b < n; ++b) std::copy_n(result_.row(b), weights_->latent, mu.data() + b * weights_->latent);
    weights_->sigma(k, last_.row(0), last_.stride(), result_, n);
    for (int b = 0; b < n; ++b) {
      std::transform(result_.row(b), result_.row(b) + weights_->latent, sigma.data() + b * weights_->latent,
                     [](float value) { return static_cast<float>(exact::softplus(value)); });
    }
  }

  [[nodiscard]] const EncoderWeights& weights() const noexcept { return *weights_; }

 private:
  static std::size_t size(int count) { return static_cast<std::size_t>(count); }

  // Windows [n, steps] of rows of `depth` floats, `stride` apart.
  struct Sequence {
    const float* values;
    int depth;
    int stride;
  };

  // One direction of layer `l` over all steps. Backward reads each window from its own end, length - 1, length - 2, ...
  // (not from the batch's), as tf.reverse_sequence does.
  template <class Length>
  void run(std::size_t l, int direction, const Sequence& source, int n, int steps, const Length& length, Rows* outputs) noexcept {
    const Kernels& k = *weights_->kernels;
    const LstmLayer& layer = weights_->layers[l][size(direction)];
    LstmState& state = states_[l];
    state.clear(n);
    for (int s = 0; s < steps; ++s) {
      const auto active = [&](int b) { return s < length(b); };
      const auto position = [&](int b) { return static_cast<std::ptrdiff_t>(b) * steps + (direction == 0 ? s : length(b) - 1 - s); };
      bool any = false;
      for (int b = 0; b < n; ++b) {
        if (!active(b)) continue;
        any = true;
        std::transform(source.values + position(b) * source.stride, source.values + position(b) * source.stride + source.depth,
                       inputs_.row(b), [](float value) { return std::abs(value) < smallest ? 0.0F : value; });
      }
      if (!any) break;
      multiply(k, layer.inputs.front(), inputs_.row(0), inputs_.stride(), layer.bias.data(), 0, gates_, n);
      finish_step(k, layer, state, gates_, n, active);
      if (outputs == nullptr) continue;
      for (int b = 0; b < n; ++b) {
        if (active(b)) std::copy_n(state.h.row(b), layer.units, outputs->row(static_cast<int>(position(b))) + direction * layer.units);
      }
    }
    for (int b = 0; b < n && outputs == nullptr; ++b) std::copy_n(state.h.row(b), layer.units, last_.row(b) + direction * layer.units);
  }

  std::shared_ptr<const EncoderWeights> weights_;
  int max_batch_ = 0;
  int max_steps_ = 0;
  std::array<Rows, 2> between_;  // outputs [n * steps, 2 units] of a layer that another one reads
  Rows inputs_;
  Rows gates_;
  std::vector<LstmState> states_;
  Rows last_;  // [forward h | backward h] of the top layer after the last step
  Rows result_;
};

}  // namespace musicvae::engine

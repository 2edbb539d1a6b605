// CoreDecoder: one stack of LSTM layers that starts from an embedding and outputs one step at a time (Roberts et al. 2018, section 3.2).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "musicvae/engine/layers.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/weights.hpp"

namespace musicvae::engine {

/// The weights of one decoder, packed; immutable and shared.
struct CoreDecoderWeights {
  int depth;  ///< width of the steps that it outputs and takes as input
  DenseLayer initial_state;
  std::vector<LstmLayer>
      layers;         ///< inputs of the lowest: [previous step | embedding | control | lookback steps | running mean | running spread]
  DenseLayer output;  ///< from the top layer
  std::vector<PackedMatrix> skips;  ///< from each input of the lowest layer to the output; empty without a skip connection

  /// The decoder of part `part` of the output. `weights` must be checked (check_weights).
  CoreDecoderWeights(const ModelConfig& config, const Weights& weights, int part);
};

/// Decodes a batch. Belongs to one thread at a time. Constructing and prepare() allocate; begin() and advance() do not.
class CoreDecoder {
 public:
  /// `weights` must outlive the decoder.
  explicit CoreDecoder(const CoreDecoderWeights& weights) : weights_(&weights), stack_(weights.layers) {}

  /// Sizes the buffers for batches up to `max_batch`.
  void prepare(int max_batch);

  /// Begins from `embedding` [n, width]: sets the layers' state, and the part of the lowest layer's input that is constant over time.
  void begin(const Kernels& k, const Rows& embedding, int n) noexcept;

  /// Computes one step; the output layer's result is in logits(). `control` is not read if the model has no control track. `further_back`
  /// has the lookback steps (null before the first step), then the running mean and the running spread. Row strides are in floats.
  void advance(const Kernels& k, const float* previous, std::ptrdiff_t previous_stride, const float* control, std::ptrdiff_t control_stride,
               std::span<const Rows* const> further_back, int n) noexcept;

  [[nodiscard]] const Rows& logits() const noexcept { return logits_; }
  /// Writes the state c0, h0, c1, h1, ... of row b.
  void write_state(int b, float* to) const noexcept { stack_.write_state(b, to); }

 private:
  const CoreDecoderWeights* weights_;
  LstmStack stack_;
  Rows constant_;
  Rows scratch_;  // the initial state before it is split
  Rows logits_;
  Rows constant_logits_;  // with a skip connection: the output's bias plus the embedding's contribution
};

}  // namespace musicvae::engine

// CoreDecoder: one stack of LSTM layers that starts from an embedding and says a step at a time (Roberts et al. 2018, section 3.2).
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
  int depth;  ///< width of the steps that it makes and is fed back
  DenseLayer initial_state;
  std::vector<LstmLayer>
      layers;         ///< the lowest has the inputs [step before | embedding | control | each step further back | mean | spread]
  DenseLayer output;  ///< from the top layer
  std::vector<PackedMatrix> skips;  ///< to the output, from each of the lowest layer's inputs; empty without a skip connection

  /// That of part `part` of the output. `weights` are checked (check_weights).
  CoreDecoderWeights(const ModelConfig& config, const Weights& weights, int part);
};

/// Decodes a batch. Belongs to one thread at a time. Constructing and prepare() allocate; begin() and advance() do not.
class CoreDecoder {
 public:
  /// `weights` outlives the decoder.
  explicit CoreDecoder(const CoreDecoderWeights& weights) : weights_(&weights), stack_(weights.layers) {}

  /// Sizes the buffers for batches up to `max_batch`.
  void prepare(int max_batch);

  /// Begins with `embedding` [n, width]: the layers' state, and the part of the lowest input that does not change over time.
  void begin(const Kernels& k, const Rows& embedding, int n) noexcept;

  /// One step: what the output layer says, in logits(). `control` is not read where the model has none. `further_back` has the steps that
  /// the config's lookback names, null before the first, and the mean and the spread of all. Row strides in floats.
  void advance(const Kernels& k, const float* previous, std::ptrdiff_t previous_stride, const float* control, std::ptrdiff_t control_stride,
               std::span<const Rows* const> further_back, int n) noexcept;

  [[nodiscard]] const Rows& logits() const noexcept { return logits_; }
  /// c0, h0, c1, h1, ... of row b.
  void write_state(int b, float* to) const noexcept { stack_.write_state(b, to); }

 private:
  const CoreDecoderWeights* weights_;
  LstmStack stack_;
  Rows constant_;
  Rows scratch_;  // the initial state before it is split
  Rows logits_;
  Rows constant_logits_;  // with a skip connection: the output's bias and the embedding's share
};

}  // namespace musicvae::engine

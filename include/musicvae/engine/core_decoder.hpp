// CoreDecoder: one stack of LSTM layers that starts from an embedding and says a step at a time (Roberts et al. 2018, section 3.2).
#pragma once

#include <cstddef>
#include <vector>

#include "musicvae/engine/layers.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor_specs.hpp"

namespace musicvae::engine {

/// The weights of one decoder, packed; immutable and shared.
struct CoreDecoderWeights {
  int depth;  ///< width of the steps that it makes and is fed back
  DenseLayer initial_state;
  std::vector<LstmLayer> layers;  ///< the lowest has the inputs [step before | embedding | control]
  DenseLayer output;

  /// That of part `part` of the output. `weights` are checked (check_weights).
  CoreDecoderWeights(const ModelConfig& config, const Weights& weights, int part)
      : depth(output_parts(config)[static_cast<std::size_t>(part)]),
        initial_state(weights, tensor_names::initial_state(config, part)),
        output(weights, tensor_names::output(config, part)) {
    std::vector<int> widths = {depth, embedding_width(config), config.control_depth};
    for (const LstmLayerSpec& spec : decoder_layers(config, part)) {
      layers.emplace_back(weights, spec, widths);
      widths = {spec.units};
    }
  }
};

/// Decodes a batch. Belongs to one thread at a time. Constructing and prepare() allocate; begin() and advance() do not.
class CoreDecoder {
 public:
  /// `weights` outlives the decoder.
  explicit CoreDecoder(const CoreDecoderWeights& weights) : weights_(&weights), stack_(weights.layers) {}

  /// Sizes the buffers for batches up to `max_batch`.
  void prepare(int max_batch) {
    stack_.prepare(max_batch);
    constant_ = Rows(max_batch, weights_->layers.front().input_width());
    scratch_ = Rows(max_batch, weights_->initial_state.outputs);
    logits_ = Rows(max_batch, weights_->output.outputs);
  }

  /// Begins with `embedding` [n, width]: the layers' state, and the part of the lowest input that does not change over time.
  void begin(const Kernels& k, const Rows& embedding, int n) noexcept {
    stack_.start(k, weights_->initial_state, embedding.row(0), embedding.stride(), scratch_, n);
    const LstmLayer& lowest = weights_->layers.front();
    multiply(k, lowest.inputs[1], embedding.row(0), embedding.stride(), lowest.input_bias.data(), 0, constant_, n);
  }

  /// One step: what the output layer says, in logits(). `control` is not read where the model has none. Row strides in floats.
  void advance(const Kernels& k, const float* previous, std::ptrdiff_t previous_stride, const float* control, std::ptrdiff_t control_stride,
               int n) noexcept {
    const LstmLayer& lowest = weights_->layers.front();
    Rows& input = stack_.input();
    multiply(k, lowest.inputs[0], previous, previous_stride, constant_.row(0), constant_.stride(), input, n);
    if (lowest.inputs[2].inputs > 0) add_input(k, lowest.inputs[2], control, control_stride, input, n);
    stack_.step(k, n);
    const Rows& top = stack_.output();
    weights_->output(k, top.row(0), top.stride(), logits_, n);
  }

  [[nodiscard]] const Rows& logits() const noexcept { return logits_; }
  /// c0, h0, c1, h1, ... of row b.
  void write_state(int b, float* to) const noexcept { stack_.write_state(b, to); }

 private:
  const CoreDecoderWeights* weights_;
  LstmStack stack_;
  Rows constant_;
  Rows scratch_;  // the initial state before it is split
  Rows logits_;
};

}  // namespace musicvae::engine

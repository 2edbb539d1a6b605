// CoreDecoder: one stack of LSTM layers that starts from an embedding and says a step at a time (Roberts et al. 2018, section 3.2).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/layers.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor_specs.hpp"

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
  CoreDecoderWeights(const ModelConfig& config, const Weights& weights, int part)
      : depth(output_parts(config)[static_cast<std::size_t>(part)]), initial_state(weights, tensor_names::initial_state(config, part)) {
    std::vector<int> widths = {depth, embedding_width(config), config.control_depth};
    const std::vector<int> back = lookback_widths(config);
    widths.insert(widths.end(), back.begin(), back.end());
    const std::string name = tensor_names::output(config, part);
    const ConstMatrixMap kernel = matrix_of(weights, name + "/kernel");
    output.outputs = static_cast<int>(kernel.cols());
    output.kernel = pack(kernel.topRows(config.decoder_units.back()));
    output.bias = pad_row(matrix_of(weights, name + "/bias"));
    if (config.skip) {
      Eigen::Index row = config.decoder_units.back();
      for (const int width : widths) {
        skips.push_back(pack(kernel.middleRows(row, width)));
        row += width;
      }
    }
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
    constant_logits_ = Rows(max_batch, weights_->skips.empty() ? 0 : weights_->output.outputs);
  }

  /// Begins with `embedding` [n, width]: the layers' state, and the part of the lowest input that does not change over time.
  void begin(const Kernels& k, const Rows& embedding, int n) noexcept {
    stack_.start(k, weights_->initial_state, embedding.row(0), embedding.stride(), scratch_, n);
    const LstmLayer& lowest = weights_->layers.front();
    multiply(k, lowest.inputs[1], embedding.row(0), embedding.stride(), lowest.input_bias.data(), 0, constant_, n);
    if (!weights_->skips.empty()) {
      multiply(k, weights_->skips[1], embedding.row(0), embedding.stride(), weights_->output.bias.data(), 0, constant_logits_, n);
    }
  }

  /// One step: what the output layer says, in logits(). `control` is not read where the model has none. `further_back` has the steps that
  /// the config's lookback names, null before the first, and the mean and the spread of all. Row strides in floats.
  void advance(const Kernels& k, const float* previous, std::ptrdiff_t previous_stride, const float* control, std::ptrdiff_t control_stride,
               std::span<const Rows* const> further_back, int n) noexcept {
    const LstmLayer& lowest = weights_->layers.front();
    Rows& input = stack_.input();
    multiply(k, lowest.inputs[0], previous, previous_stride, constant_.row(0), constant_.stride(), input, n);
    const auto add_changing = [&](const std::vector<PackedMatrix>& inputs, Rows& sum) {
      if (inputs[2].inputs > 0) add_input(k, inputs[2], control, control_stride, sum, n);
      for (std::size_t i = 0; i < further_back.size(); ++i) {
        if (const Rows* rows = further_back[i]) add_input(k, inputs[3 + i], rows->row(0), rows->stride(), sum, n);
      }
    };
    add_changing(lowest.inputs, input);
    stack_.step(k, n);
    const Rows& top = stack_.output();
    if (weights_->skips.empty()) {
      weights_->output(k, top.row(0), top.stride(), logits_, n);
      return;
    }
    multiply(k, weights_->output.kernel, top.row(0), top.stride(), constant_logits_.row(0), constant_logits_.stride(), logits_, n);
    add_input(k, weights_->skips[0], previous, previous_stride, logits_, n);
    add_changing(weights_->skips, logits_);
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
  Rows constant_logits_;  // with a skip connection: the output's bias and the embedding's share
};

}  // namespace musicvae::engine

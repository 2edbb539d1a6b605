#include "musicvae/engine/core_decoder.hpp"

#include <string>

#include "engine/pack.hpp"
#include "musicvae/model/tensor_specs.hpp"

namespace musicvae::engine {

CoreDecoderWeights::CoreDecoderWeights(const ModelConfig& config, const Weights& weights, int part)
    : depth(output_parts(config)[static_cast<std::size_t>(part)]), initial_state(weights, tensor_names::initial_state(config, part)) {
  std::vector<int> widths = {depth, embedding_width(config), config.control_depth()};
  const std::vector<int> back = lookback_widths(config);
  widths.insert(widths.end(), back.begin(), back.end());
  const std::string name = tensor_names::output(config, part);
  const MatrixRows kernel(weights, name + "/kernel");
  output.outputs = kernel.columns();
  output.kernel = pack(kernel.rows(0, config.decoder.units.back()));
  output.bias = pad_row(MatrixRows(weights, name + "/bias"));
  if (config.decoder.skip) {
    int row = config.decoder.units.back();
    for (const int width : widths) {
      skips.push_back(pack(kernel.rows(row, width)));
      row += width;
    }
  }
  for (const LstmLayerSpec& spec : decoder_layers(config, part)) {
    layers.emplace_back(weights, spec, widths);
    widths = {spec.units};
  }
}

void CoreDecoder::prepare(int max_batch) {
  stack_.prepare(max_batch);
  constant_ = Rows(max_batch, weights_->layers.front().input_width());
  scratch_ = Rows(max_batch, weights_->initial_state.outputs);
  logits_ = Rows(max_batch, weights_->output.outputs);
  constant_logits_ = Rows(max_batch, weights_->skips.empty() ? 0 : weights_->output.outputs);
}

void CoreDecoder::begin(const Kernels& k, const Rows& embedding, int n) noexcept {
  stack_.start(k, weights_->initial_state, embedding.row(0), embedding.stride(), scratch_, n);
  const LstmLayer& lowest = weights_->layers.front();
  numerics::multiply(k, lowest.inputs[1], embedding.row(0), embedding.stride(), lowest.input_bias.data(), 0, constant_, n);
  if (!weights_->skips.empty()) {
    numerics::multiply(k, weights_->skips[1], embedding.row(0), embedding.stride(), weights_->output.bias.data(), 0, constant_logits_, n);
  }
}

void CoreDecoder::advance(const Kernels& k, const float* previous, std::ptrdiff_t previous_stride, const float* control,
                          std::ptrdiff_t control_stride, std::span<const Rows* const> further_back, int n) noexcept {
  const LstmLayer& lowest = weights_->layers.front();
  Rows& input = stack_.input();
  numerics::multiply(k, lowest.inputs[0], previous, previous_stride, constant_.row(0), constant_.stride(), input, n);
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
  numerics::multiply(k, weights_->output.kernel, top.row(0), top.stride(), constant_logits_.row(0), constant_logits_.stride(), logits_, n);
  add_input(k, weights_->skips[0], previous, previous_stride, logits_, n);
  add_changing(weights_->skips, logits_);
}

}  // namespace musicvae::engine

#include "musicvae/train/decoder.hpp"

namespace musicvae::train {

DecoderImpl::DecoderImpl(const ModelConfig& config) {
  const int embedding = config.conductor ? config.conductor->units.back() : config.latent;
  const auto cell_name = [&](int layer) { return tensor_names::decoder_cell(config, layer); };
  stack_ = register_module("stack", LstmStack(config.output_depth + embedding + config.control_depth, embedding, config.decoder_units,
                                              cell_name, tensor_names::initial_state(config)));
  output_ = register_module(tensor_names::output(config), Dense(config.decoder_units.back(), config.output_depth));
}

DecoderImpl::Result DecoderImpl::forward(const std::vector<TorchLstmWeights>& weights, const torch::Tensor& previous,
                                         const torch::Tensor& embedding, const torch::Tensor& control, const Dropout& dropout) {
  std::vector<torch::Tensor> inputs = {previous, embedding.unsqueeze(0).expand({previous.size(0), -1, -1})};
  if (control.defined()) inputs.push_back(control);
  std::vector<LstmState> states = stack_->initial_state(embedding);
  const torch::Tensor outputs = LstmStackImpl::run(weights, torch::cat(inputs, 2), states, dropout);
  return {.logits = output_(outputs), .states = std::move(states)};
}

}  // namespace musicvae::train

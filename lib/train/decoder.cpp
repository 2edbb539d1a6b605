#include "musicvae/train/decoder.hpp"

namespace musicvae::train {

DecoderImpl::DecoderImpl(const ModelConfig& config) {
  const int embedding = config.conductor ? config.conductor->units.back() : config.latent;
  const auto cell_name = [&](int layer) { return tensor_names::decoder_cell(config, layer); };
  stack_ = register_module("stack", LstmStack(config.output_depth + embedding + config.control_depth, embedding, config.decoder_units,
                                              cell_name, tensor_names::initial_state(config)));
  output_ = register_module(tensor_names::output(config), Dense(config.decoder_units.back(), config.output_depth));
}

DecoderImpl::Result DecoderImpl::forward(const torch::Tensor& previous, const torch::Tensor& embedding, const torch::Tensor& control,
                                         DropoutSite place, const Pass& pass) {
  LstmInput input{
      .x = control.defined() ? torch::cat({previous, control}, 2) : previous, .constant = embedding, .constant_at = previous.size(2)};
  std::vector<LstmState> states = stack_->initial_state(embedding);
  place.layer = DropoutSite::decoder;
  const torch::Tensor outputs = stack_->run(std::move(input), states, place, pass);
  return {.logits = output_(outputs), .states = std::move(states)};
}

}  // namespace musicvae::train

#include "musicvae/train/decoder.hpp"

namespace musicvae::train {

DecoderImpl::DecoderImpl(const ModelConfig& config) : config_(config) {
  const std::vector<int> parts = output_parts(config);
  for (int p = 0; p < static_cast<int>(parts.size()); ++p) {
    const int depth = parts[static_cast<std::size_t>(p)];
    parts_.push_back(
        {.depth = depth,
         .stack = register_module("stack_" + std::to_string(p),
                                  LstmStack(decoder_layers(config, p), tensor_names::initial_state(config, p), embedding_width(config))),
         .output = register_module(tensor_names::output(config, p), Dense(output_layer_inputs(config, p), output_layer_width(config, p)))});
  }
  if (config.head == OutputHead::nade) {
    nade_ = register_module(tensor_names::decoder(config) + "/nade", Nade(config.output_depth, config.nade_hidden));
  }
}

std::vector<std::vector<LstmState>> DecoderImpl::initial_states(const torch::Tensor& embedding) {
  std::vector<std::vector<LstmState>> states;
  for (Part& part : parts_) states.push_back(part.stack->initial_state(embedding));
  return states;
}

DecoderImpl::Result DecoderImpl::pass_over(const Fed& fed, std::vector<std::vector<LstmState>>& states, const Pass& pass) {
  std::vector<torch::Tensor> logits;
  std::int64_t at = 0;
  DropoutSite place = fed.place;
  place.layer = DropoutSite::decoder;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    Part& part = parts_[p];
    const torch::Tensor previous = parts_.size() == 1 ? fed.previous : fed.previous.narrow(2, at, part.depth);
    LstmInput input{.x = fed.control.defined() ? torch::cat({previous, fed.control}, 2) : previous,
                    .constant = fed.embedding,
                    .constant_at = part.depth};
    torch::Tensor top = part.stack->run(input, states[p], place, pass);
    if (config_.skip) top = torch::cat({top, whole_input(input, {}, {})}, 2);
    logits.push_back(part.output(top));
    at += part.depth;
    place.layer += static_cast<int>(states[p].size());
  }
  return {.logits = parts_.size() == 1 ? logits.front() : torch::cat(logits, 2), .states = states.back()};
}

DecoderImpl::Result DecoderImpl::forward(const Fed& fed, const Pass& pass) {
  std::vector<std::vector<LstmState>> states = initial_states(fed.embedding);
  return pass_over(fed, states, pass);
}

torch::Tensor DecoderImpl::scheduled(const Fed& fed, const ScheduledSampling& sampling, const Pass& pass) {
  const torch::NoGradGuard no_grad;
  const std::int64_t steps = fed.previous.size(0);
  // A step at a time, so that nothing is gained by packing the weights for it; and with the masks that the pass over all steps will have.
  const Pass stepwise{pass.dropout, {.path = LstmPath::unfused, .precision = pass.lstm.precision}};
  std::vector<std::vector<LstmState>> states = initial_states(fed.embedding);
  std::vector<torch::Tensor> previous = {fed.previous[0]};
  Fed now = fed;
  now.place.segment_steps = fed.place.segments > 1 ? steps : 0;
  for (std::int64_t t = 0; t + 1 < steps; ++t) {
    now.previous = previous.back().unsqueeze(0);
    if (fed.control.defined()) now.control = fed.control.narrow(0, t, 1);
    now.place.first_step = fed.place.first_step + t;
    const torch::Tensor logits = pass_over(now, states, stepwise).logits.squeeze(0);
    const torch::Tensor uniforms = sampling.uniforms[t];
    const torch::Tensor own = choose_output(config_, nade_, logits, uniforms.narrow(1, 1, uniforms.size(1) - 1));
    previous.push_back(torch::where(uniforms.narrow(1, 0, 1) < sampling.probability, own, fed.previous[t + 1]));
  }
  return torch::stack(previous);
}

torch::Tensor DecoderImpl::cell_logits(const torch::Tensor& logits, const torch::Tensor& target) const {
  return nade_ ? nade_->logits(logits, target) : logits;
}

}  // namespace musicvae::train

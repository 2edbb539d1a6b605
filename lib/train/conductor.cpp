#include "musicvae/train/conductor.hpp"

#include "musicvae/error.hpp"

namespace musicvae::train {

ConductorImpl::ConductorImpl(const ModelConfig& config) : decoder_state_width_(2 * total(config.decoder_units)) {
  if (!config.conductor) throw ConfigError("config \"" + config.name + "\": it has no conductor; set conductor.units");
  autoregressive_ = config.conductor->autoregressive;
  const std::int64_t inputs = autoregressive_ ? decoder_state_width_ + config.latent : 1;
  stack_ = register_module("stack", LstmStack(inputs, config.latent, config.conductor->units, tensor_names::conductor_cell,
                                              tensor_names::conductor_initial_state));
}

ConductorImpl::Pass ConductorImpl::begin(const torch::Tensor& z) {
  const auto options = z.options().requires_grad(false);
  return {.weights = stack_->weights(),
          .states = stack_->initial_state(z),
          .z = z,
          .decoded = torch::zeros({z.size(0), decoder_state_width_}, options)};
}

torch::Tensor ConductorImpl::step(Pass& pass, const Dropout& dropout) const {
  const auto options = pass.z.options().requires_grad(false);
  const torch::Tensor input = autoregressive_ ? torch::cat({pass.decoded, pass.z}, 1) : torch::zeros({pass.z.size(0), 1}, options);
  return LstmStackImpl::run(pass.weights, input.unsqueeze(0), pass.states, dropout).squeeze(0);
}

}  // namespace musicvae::train

#include "musicvae/train/conductor.hpp"

#include "musicvae/error.hpp"
#include "musicvae/model/tensor_specs.hpp"

namespace musicvae::train {

ConductorImpl::ConductorImpl(const ModelConfig& config) : decoder_state_width_(2 * total(config.decoder.units)) {
  if (!config.conductor) throw ConfigError("config \"" + config.name + "\": it has no conductor; set conductor.units");
  segments_ = config.conductor->segments;
  stack_ = register_module("stack", LstmStack(conductor_layers(config), tensor_names::kConductorInitialState, config.latent));
}

torch::Tensor ConductorImpl::embeddings(const torch::Tensor& z, const Pass& pass) {
  std::vector<LstmState> states = stack_->initial_state(z);
  const torch::Tensor input = torch::zeros({segments_, z.size(0), 1}, z.options().requires_grad(false));
  return stack_->run({.x = input}, states, {.layer = DropoutSite::kConductor}, pass);
}

ConductorImpl::Progress ConductorImpl::begin(const torch::Tensor& z) {
  return {.states = stack_->initial_state(z),
          .z = z,
          .decoded = torch::zeros({z.size(0), decoder_state_width_}, z.options().requires_grad(false))};
}

torch::Tensor ConductorImpl::step(Progress& progress, const Pass& pass) {
  const torch::Tensor input = torch::cat({progress.decoded, progress.z}, 1).unsqueeze(0);
  const DropoutSite site{.layer = DropoutSite::kConductor, .first_step = progress.segment++};
  return stack_->run({.x = input}, progress.states, site, pass).squeeze(0);
}

}  // namespace musicvae::train

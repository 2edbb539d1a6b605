// As a plug-in uses it: one header and Eigen, with nothing to link. This source file contains the implementation.
#define MUSICVAE_IMPLEMENTATION
#include <musicvae_core.hpp>

#include "bars_of.hpp"

int main() {
  musicvae::ModelConfig config;
  config.name = "tiny";
  config.encoder.units = {8};
  config.decoder.units = {8, 8};
  config.latent = 4;
  musicvae::Weights weights;
  for (const musicvae::TensorSpec& spec : musicvae::tensor_specs(config)) {
    std::size_t count = 1;
    for (const auto extent : spec.shape) count *= static_cast<std::size_t>(extent);
    weights[spec.name] = {spec.shape, std::vector<float>(count, 0.1F)};
  }
  musicvae::Sampler sampler{musicvae::MusicVae(config, weights)};
  const auto grooves = sampler.sample({.n = 2, .decode = {.seed = 7}});
  return grooves.size() == 2 && bars_of(grooves.front()) == 4.0 ? 0 : 1;
}

// As a plug-in uses it: the installed core, without the rest of the library.
#include <musicvae/core.hpp>

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
  return sampler.sample({.n = 2, .decode = {.seed = 7}}).size() == 2 ? 0 : 1;
}

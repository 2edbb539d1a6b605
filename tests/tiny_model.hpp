// Small models with fixed weights, for tests of the code around a model.
#pragma once

#include <cstdint>

#include "musicvae/core.hpp"

namespace musicvae::test {

/// The config with layers only a few units wide.
inline ModelConfig tiny_config(ModelConfig config) {
  config.encoder.units = {8};
  config.decoder.units = {8, 8};
  if (config.conductor) config.conductor->units = {8};
  if (config.head->name() == "nade") config.head = NadeHead(5);
  config.latent = 4;
  return config;
}

inline ModelFile tiny_model(const ModelConfig& config = {.name = "tiny"}) {
  ModelFile file;
  file.config = tiny_config(config);
  file.licence = "made for a test";
  std::uint32_t state = 1;
  for (const TensorSpec& spec : tensor_specs(file.config)) {
    std::size_t count = 1;
    for (const std::int64_t extent : spec.shape) count *= static_cast<std::size_t>(extent);
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i) {
      state = state * 1664525U + 1013904223U;
      values.push_back((static_cast<float>(state >> 8) * 0x1p-24F - 0.5F) * 1.5F);
    }
    file.weights.emplace(spec.name, Tensor{spec.shape, std::move(values)});
  }
  return file;
}

}  // namespace musicvae::test

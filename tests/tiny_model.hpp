// A small groove model with fixed weights, for tests of what stands around a model.
#pragma once

#include <cstdint>

#include "musicvae/model/model_file.hpp"

namespace musicvae::test {

inline ModelFile tiny_model() {
  ModelFile file;
  file.config.name = "tiny";
  file.config.encoder_units = {8};
  file.config.decoder_units = {8, 8};
  file.config.latent = 4;
  file.licence = "made for a test";
  std::uint32_t state = 1;
  for (const TensorSpec& spec : tensor_specs(file.config)) {
    std::size_t count = 1;
    for (const std::int64_t extent : spec.shape) count *= static_cast<std::size_t>(extent);
    Tensor tensor{spec.shape, {}};
    for (std::size_t i = 0; i < count; ++i) {
      state = state * 1664525U + 1013904223U;
      tensor.values.push_back((static_cast<float>(state >> 8) * 0x1p-24F - 0.5F) * 1.5F);
    }
    file.weights.emplace(spec.name, std::move(tensor));
  }
  return file;
}

}  // namespace musicvae::test

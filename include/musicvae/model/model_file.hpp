// The model file: ONE safetensors file with the weights and a versioned JSON entry that says what they are.
#pragma once

#include <filesystem>
#include <string>

#include "musicvae/model/attribute.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/latent_prior.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/model/weights.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// What a model file holds. A regular value.
struct ModelFile {
  static constexpr int version = 1;  ///< of the JSON entry; another version is refused

  ModelConfig config;
  DrumMap drum_map = DrumMap::roland();
  std::string training = "{}";  ///< summary: data, command, seed, steps, losses; the text of a JSON object, without spaces or line breaks
  std::string licence;          ///< of the weights, and credit for the data behind them
  Weights weights;
  Attributes attributes = {};  ///< directions in the latent space, where they were computed; tensors "attributes/NAME" of the file
  LatentPrior prior = {};      ///< what to sample from, where it was computed; tensors "prior/shares", "prior/means", "prior/factor"

  /// Reads a model, or the weights of a training checkpoint. Throws FileError, FormatError, ConfigError or ModelError; the weights are
  /// checked.
  [[nodiscard]] static ModelFile read(const std::filesystem::path& path);

  /// The same from parsed bytes; `source` names them in errors.
  [[nodiscard]] static ModelFile from(const SafetensorsView& view, const std::filesystem::path& source);

  /// The file's bytes, to be written by write_file_atomically; `half` stores the weights (not attributes and prior) as f16, 2 bytes
  /// instead of 4. Throws ModelError when the weights, attributes or prior do not fit the config, or `training` is not JSON.
  [[nodiscard]] std::string serialize(bool half = false) const;
};

}  // namespace musicvae

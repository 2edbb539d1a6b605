// The model file: ONE safetensors file with the weights and a versioned JSON entry that describes them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "musicvae/model/attribute.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/latent_prior.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/model/weights.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// The contents of a model file. A regular value. A partial model lacks tensors of the encoder: it samples and decodes, and to encode with
/// it is an error.
struct ModelFile {
  static constexpr int kVersion = 1;  ///< version of the JSON entry; any other version is refused

  ModelConfig config;
  DrumMap drum_map = DrumMap::roland();
  std::string training = "{}";  ///< summary (data, command, seed, steps, losses): the text of a JSON object, without spaces or line breaks
  std::string licence;          ///< licence of the weights, and credit for the data behind them
  Weights weights;
  Attributes attributes = {};  ///< directions in the latent space, if computed; tensors "attributes/NAME" of the file
  LatentPrior prior = {};      ///< distribution to sample z from, if computed; tensors "prior/shares", "prior/means", "prior/factor"
  std::vector<std::string> lacks = {};  ///< the encoder's tensors that a partial model lacks (missing_encoder_tensors)

  /// Reads a model, or the weights of a training checkpoint, and checks the weights. Throws FileError, FormatError, ConfigError or
  /// ModelError.
  [[nodiscard]] static ModelFile read(const std::filesystem::path& path);

  /// The same, from parsed bytes. `source` names them in errors. The weights stay in these bytes, which `owner` keeps alive; without an
  /// owner they are copied.
  [[nodiscard]] static ModelFile from(const SafetensorsView& view, const std::filesystem::path& source,
                                      const std::shared_ptr<const void>& owner = nullptr);

  /// The bytes of the file, for write_file_atomically. `half` stores the weights (not the attributes and the prior) as f16, 2 bytes instead
  /// of 4. Throws ModelError when the weights, attributes or prior do not fit the config, or `training` is not JSON.
  [[nodiscard]] std::string serialize(bool half = false) const;
};

}  // namespace musicvae

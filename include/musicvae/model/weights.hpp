// Weights by name, and the model file that carries them: one safetensors file with a versioned JSON entry.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "musicvae/model/config.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// A row-major float tensor.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
  friend bool operator==(const Tensor&, const Tensor&) = default;
};

/// Every tensor of a model by its name (tensor_specs tells which).
using Weights = std::map<std::string, Tensor>;

/// Throws ModelError naming the first tensor that is missing, spare, misshapen or not finite. `source` names the weights in the message.
void check_weights(const Weights& weights, const ModelConfig& config, const std::string& source);

/// What a model file holds.
struct ModelFile {
  static constexpr int version = 1;  ///< of the entry "musicvae" in the file's metadata
  ModelConfig config;
  DrumMap drum_map = DrumMap::roland();
  nlohmann::ordered_json training = nlohmann::ordered_json::object();  ///< summary: data, recipe, command, seed, steps, losses
  std::string licence;                                               ///< of the weights and the data behind them
  Weights weights;

  /// Throws FileError, FormatError or ModelError.
  [[nodiscard]] static ModelFile read(const std::filesystem::path& path);
  /// The file's bytes; `half` stores the weights in half precision. Write them with write_file_atomically.
  [[nodiscard]] std::string serialize(bool half = false) const;
};

}  // namespace musicvae

// Checkpoint: all that a training run needs to go on as if it had never stopped. Needs no torch header.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "musicvae/model/config.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/model/weights.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/train/augmentation.hpp"

namespace musicvae::train {

/// A safetensors file: "weights/NAME", "adam/m/NAME" and "adam/v/NAME" for each tensor of the model, and the metadata entry
/// "musicvae" (JSON; kind "checkpoint"). The noise, the dropout masks and the order of the windows are functions of (seed, step)
/// and so need no more than those two.
struct Checkpoint {
  static constexpr int version = 1;  ///< of the JSON entry; another version is refused

  /// The best validation so far.
  struct Best {
    std::int64_t step = 0;
    double loss = 0.0;
    friend bool operator==(const Best&, const Best&) = default;
  };

  ModelConfig config;
  DrumMap drum_map = DrumMap::roland();  ///< of the windows
  std::int64_t step = 0;                 ///< updates done
  std::uint64_t seed = 0;
  int batch = 0;                   ///< windows an update, of all processes together
  std::string data;                ///< which windows it learns from: cut, count and checksum
  std::string precision = "fp32";  ///< of the steps from here on: "fp32" or "bf16"
  Augmentation augmentation;       ///< a file without it, as they were once written, has none
  std::optional<Best> best;
  Weights weights;
  Weights adam_m;  ///< Adam's first moments
  Weights adam_v;  ///< Adam's second moments

  /// Throws FileError, FormatError, ConfigError or ModelError; every tensor is checked.
  [[nodiscard]] static Checkpoint read(const std::filesystem::path& path);
  /// The same from parsed bytes; `source` names them in errors.
  [[nodiscard]] static Checkpoint from(const SafetensorsView& view, const std::filesystem::path& source);
  /// The file's bytes, to be written by write_file_atomically.
  [[nodiscard]] std::string serialize() const;
};

/// "FOLDER/checkpoint_00001000.safetensors" for step 1000.
[[nodiscard]] std::filesystem::path checkpoint_path(const std::filesystem::path& folder, std::int64_t step);
/// 1000 for the file name "checkpoint_00001000.safetensors"; nothing for a name that is no checkpoint's.
[[nodiscard]] std::optional<std::int64_t> checkpoint_step(const std::string& name);
/// The checkpoints of a folder by their step, ascending; none when there is no such folder.
[[nodiscard]] std::vector<std::filesystem::path> checkpoints_in(const std::filesystem::path& folder);

}  // namespace musicvae::train

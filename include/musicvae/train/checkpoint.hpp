// Checkpoint: everything that a training run needs to continue as if it had never stopped. Needs no torch header.
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

/// A safetensors file with "weights/NAME", "adam/m/NAME" and "adam/v/NAME" for each tensor of the model, and the metadata entry "musicvae"
/// (JSON; kind "checkpoint"). The noise, the dropout masks and the order of the windows are functions of (seed, step), so nothing else is
/// stored for them.
struct Checkpoint {
  static constexpr int kVersion = 1;  ///< of the JSON entry; files of another version are refused

  /// The best validation so far.
  struct Best {
    std::int64_t step = 0;
    double loss = 0.0;
    friend bool operator==(const Best&, const Best&) = default;
  };

  ModelConfig config;
  DrumMap drum_map = DrumMap::roland();  ///< drum map of the windows
  std::int64_t step = 0;                 ///< updates done
  std::uint64_t seed = 0;
  int batch = 0;                   ///< windows per update, over all processes
  std::string data;                ///< identifies the training windows: cut, count and checksum; empty: imported
  std::string precision = "fp32";  ///< precision of the steps from here on: "fp32" or "bf16"
  Augmentation augmentation;       ///< none for older files, which lack this field
  std::optional<Best> best;
  std::optional<std::int64_t> adam_updates;  ///< updates of Adam, if they are not `step`: training of an imported model may have begun anew
  Weights weights;
  Weights adam_m;  ///< Adam's first moments
  Weights adam_v;  ///< Adam's second moments

  /// Whether another program wrote it (interop/import_checkpoint.hpp). It has no data, seed, batch and augmentation of its own: training
  /// goes on with those of the run.
  [[nodiscard]] bool imported() const { return data.empty(); }

  /// Reads a checkpoint and checks every tensor. Throws FileError, FormatError, ConfigError or ModelError.
  [[nodiscard]] static Checkpoint read(const std::filesystem::path& path);
  /// Does the same from parsed bytes. `source` names them in errors.
  [[nodiscard]] static Checkpoint from(const SafetensorsView& view, const std::filesystem::path& source);
  /// The bytes of the file, for write_file_atomically.
  [[nodiscard]] std::string serialize() const;
};

/// "FOLDER/checkpoint_00001000.safetensors" for step 1000.
[[nodiscard]] std::filesystem::path checkpoint_path(const std::filesystem::path& folder, std::int64_t step);
/// 1000 for the file name "checkpoint_00001000.safetensors"; nothing for any other kind of name.
[[nodiscard]] std::optional<std::int64_t> checkpoint_step(const std::string& name);
/// The checkpoints in a folder, by ascending step. Empty when there is no such folder.
[[nodiscard]] std::vector<std::filesystem::path> checkpoints_in(const std::filesystem::path& folder);

}  // namespace musicvae::train

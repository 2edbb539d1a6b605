// A model as another program stored it: what the readers of all formats return, and the importer turns into a model of ours.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "file_set.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae::interop {

/// A tensor that is read, and checked, when it is needed.
struct ForeignTensor {
  std::vector<std::int64_t> shape;
  std::function<TensorValues()> values;
};
using ForeignTensors = std::map<std::string, ForeignTensor>;

struct ForeignModel {
  std::string format;          ///< "a TensorFlow checkpoint"
  std::filesystem::path path;  ///< names it in errors
  std::string name;            ///< of the checkpoint or folder; the name of a config in it is a hint
  ForeignTensors tensors{};
  std::optional<ModelConfig> config{};               ///< stored with it, if this library wrote it
  std::function<bool(const ModelConfig&)> may_be{};  ///< what else it says about its config; empty: nothing
  std::string description{};                         ///< of what may_be demands: "MelodyConverter, 32 steps"
  std::optional<DrumMap> drum_map{};
  std::string licence{};
  std::vector<std::string> left_out{};  ///< tensors that it has and a model cannot
};

/// Opens a TensorFlow checkpoint. Throws as TensorBundle::open does.
[[nodiscard]] ForeignModel open_tensorflow(const std::filesystem::path& path);
/// Opens a folder of magenta.js: config.json, weights_manifest.json and shards. Throws FileError or FormatError.
[[nodiscard]] ForeignModel open_magenta_js(const FileSet& files);
/// Opens a folder of deeplearn.js, which magenta.js read until 2018: manifest.json, one file per tensor, and converter.json. Throws as
/// above.
[[nodiscard]] ForeignModel open_deeplearn_js(const FileSet& files);

/// Finds out the format of a file or folder, and opens it. Throws as the above.
[[nodiscard]] ForeignModel open_foreign(const std::filesystem::path& path);

/// "[602, 1024]"
[[nodiscard]] std::string shape_text(const std::vector<std::int64_t>& shape);

/// The number of elements of a shape; nothing for an extent below 0 or a number beyond 63 bits.
[[nodiscard]] std::optional<std::int64_t> count_of(const std::vector<std::int64_t>& shape);

}  // namespace musicvae::interop

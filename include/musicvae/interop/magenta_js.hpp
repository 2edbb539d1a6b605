// Models for magenta.js, which runs them in a browser: a folder with config.json, weights_manifest.json and the weights.
#pragma once

#include <array>
#include <filesystem>
#include <string_view>

#include "musicvae/enum_names.hpp"
#include "musicvae/model/model_file.hpp"

namespace musicvae::interop {

/// How the numbers are stored. The client turns them back into float32.
enum class JsPrecision {
  float32,
  float16,  ///< IEEE halves, rounded to nearest even
  uint16,   ///< per tensor: value = min + scale * code, with codes 0 to 65535 between its least and its greatest number
  uint8,    ///< the same with codes 0 to 255
};

}  // namespace musicvae::interop

namespace musicvae {

/// The names of the precisions, which are those of TensorFlow.js.
template <>
struct EnumNames<interop::JsPrecision> {
  static constexpr std::array<std::string_view, 4> names = {"float32", "float16", "uint16", "uint8"};
  static constexpr std::string_view what = "precision";
};

}  // namespace musicvae

namespace musicvae::interop {

/// Writes a model to `folder`, which is created if it does not exist: config.json, weights_manifest.json, and the weights in files of 4
/// MiB, group1-shard1ofN and so on. A former export in the folder is replaced; config.json is written last. The data converter follows from
/// the config, and its drum classes from the drum map. Returns the bytes of the weights. Throws ConfigError, which says why, for a config
/// that the client of magenta.js 1.23 cannot run; ModelError for a partial model or weights that do not fit; and FileError.
std::size_t write_magenta_js(const std::filesystem::path& folder, const ModelFile& model, JsPrecision precision = JsPrecision::float32);

}  // namespace musicvae::interop

// Reads a config from a JSON file that a user writes.
#pragma once

#include <filesystem>
#include <string>

#include "musicvae/model/config.hpp"

namespace musicvae {

/// Reads a config from a JSON file. docs/configs.md lists its fields. "base" may name a config of the table, whose fields are then the
/// defaults. A config without a name gets the name of the file. Throws a FileError (missing, unreadable), or a ConfigError that names the
/// place in the JSON, the unknown or wrong field, and the allowed values.
[[nodiscard]] ModelConfig read_config(const std::filesystem::path& path);

/// The text of such a file, with every field, in the order of docs/configs.md. The counterpart of read_config.
[[nodiscard]] std::string config_text(const ModelConfig& config);

}  // namespace musicvae

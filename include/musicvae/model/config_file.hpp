// A config in a file of its own: what a user writes.
#pragma once

#include <filesystem>
#include <string>

#include "musicvae/model/config.hpp"

namespace musicvae {

/// Reads a JSON file. Its fields are those of docs/configs.md; "base" may name a config of the table, whose fields are then the defaults.
/// A config without a name is called as the file. Throws FileError (missing, unreadable), or ConfigError that names the place in the JSON,
/// the unknown or wrong field, and what is allowed.
[[nodiscard]] ModelConfig read_config(const std::filesystem::path& path);

/// The text of such a file, with every field, in the order of docs/configs.md. Twin of read_config.
[[nodiscard]] std::string config_text(const ModelConfig& config);

}  // namespace musicvae

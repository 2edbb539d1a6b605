// A config in a file of its own: what a user writes.
#pragma once

#include <filesystem>

#include "musicvae/model/config_json.hpp"
#include "musicvae/model/named_configs.hpp"

namespace musicvae {

/// Reads a JSON file. Its fields are those of docs/configs.md; "base" may name a config of the table, whose fields are then the defaults.
/// A config without a name is called as the file. Throws FileError (missing, unreadable), or ConfigError that names the place in the JSON,
/// the unknown or wrong field, and what is allowed.
[[nodiscard]] ModelConfig read_config(const std::filesystem::path& path);

}  // namespace musicvae

#if !defined(MUSICVAE_IN_LIBRARY)
#include "musicvae/model/config_file.inl"
#endif

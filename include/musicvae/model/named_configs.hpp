// The named configs: Magenta's, those of the papers, and ours. The table is in lib/model/named_configs.cpp; a new config is one entry.
#pragma once

#include <string>
#include <vector>

#include "musicvae/model/config.hpp"

namespace musicvae {

/// All named configs.
[[nodiscard]] const std::vector<ModelConfig>& named_configs();

/// The config with this name. Throws a ConfigError that lists the names.
[[nodiscard]] const ModelConfig& named_config(const std::string& name);

/// Whether Magenta has a config of this name, too.
[[nodiscard]] bool is_magenta_config(const std::string& name);

}  // namespace musicvae

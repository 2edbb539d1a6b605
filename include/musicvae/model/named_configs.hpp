// The table of named configs: Magenta's drum configs, the configs of the papers, and ours. A new config is one entry.
#pragma once

#include <string>
#include <vector>

#include "musicvae/model/config.hpp"

namespace musicvae {

/// The table of named configs.
[[nodiscard]] const std::vector<ModelConfig>& named_configs();

/// The config of that name. Throws a ConfigError that lists the known names.
[[nodiscard]] const ModelConfig& named_config(const std::string& name);

}  // namespace musicvae

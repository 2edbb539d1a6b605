// A DrumMap in a JSON file: {"name": "mine", "classes": {"kick": [36, 35], ...}}; a class is written as the first pitch of its list.
#pragma once

#include <filesystem>

#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// Throws FileError or ConfigError.
[[nodiscard]] DrumMap load_drum_map(const std::filesystem::path& path);

}  // namespace musicvae

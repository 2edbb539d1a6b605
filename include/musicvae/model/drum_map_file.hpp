// Reads a DrumMap from a JSON file: {"name": "mine", "classes": {"kick": [36, 35], ...}}. The first pitch of a class is its output pitch.
#pragma once

#include <filesystem>

#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// Reads a drum map. Throws FileError or ConfigError.
[[nodiscard]] DrumMap load_drum_map(const std::filesystem::path& path);

}  // namespace musicvae

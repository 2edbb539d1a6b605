// Reads and writes a DrumMap as a JSON file: {"name": "mine", "classes": {"kick": [36, 35], ...}}. The first pitch of a class is its output
// pitch.
#pragma once

#include <filesystem>
#include <string>

#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// Reads a drum map. Throws FileError or ConfigError.
[[nodiscard]] DrumMap load_drum_map(const std::filesystem::path& path);

/// A drum map as the text of such a file, which load_drum_map reads.
[[nodiscard]] std::string drum_map_text(const DrumMap& map);

/// The map called "standard", "roland" or "reduced", or else the one in a JSON file. Throws ArgumentError for another text without a dot,
/// and what load_drum_map throws.
[[nodiscard]] DrumMap find_drum_map(const std::string& name_or_path);

}  // namespace musicvae

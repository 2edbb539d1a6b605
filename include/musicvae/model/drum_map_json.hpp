// DrumMap as JSON: {"name": "mine", "classes": {"kick": [36, 35], ...}}; a class is written as the first pitch of its list.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// {"name": ..., "classes": {"kick": [36, ...], ...}}, the pitch that a class is written with first. Twin of drum_map_from_json.
[[nodiscard]] nlohmann::ordered_json to_json(const DrumMap& map);

/// All nine classes, each with at least one pitch of 0..127 and no pitch twice; otherwise a ConfigError that names the class.
[[nodiscard]] DrumMap drum_map_from_json(const nlohmann::ordered_json& json, const std::string& source);

/// Throws FileError or ConfigError.
[[nodiscard]] DrumMap load_drum_map(const std::filesystem::path& path);

}  // namespace musicvae

#if !defined(MUSICVAE_IN_LIBRARY)
#include "musicvae/model/drum_map_json.inl"
#endif

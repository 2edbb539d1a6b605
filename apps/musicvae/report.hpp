// How counts of what was left out, attributes, and drum maps are written and read on the command line.
#pragma once

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model/json.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/attribute.hpp"
#include "musicvae/model/drum_map_file.hpp"
#include "musicvae/sequence/left_out.hpp"

namespace musicvae::app {

[[nodiscard]] inline nlohmann::ordered_json to_json(const LeftOutCounts& counts) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < kLeftOutReasons; ++i) {
    if (const std::int64_t count = counts[static_cast<LeftOut>(i)]; count != 0) json[std::string(name(static_cast<LeftOut>(i)))] = count;
  }
  return json;
}

/// "30019 collision, 12 too_short", or "nothing".
[[nodiscard]] inline std::string to_text(const LeftOutCounts& counts) {
  std::string text;
  for (std::size_t i = 0; i < kLeftOutReasons; ++i) {
    const std::int64_t count = counts[static_cast<LeftOut>(i)];
    if (count != 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(name(static_cast<LeftOut>(i)));
  }
  return text.empty() ? "nothing" : text;
}

/// By name: the numbers of the two groups.
[[nodiscard]] inline nlohmann::ordered_json attributes_json(const Attributes& attributes) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, attribute] : attributes) json[name] = musicvae::to_json(attribute);
  return json;
}

/// One indented line per attribute: its name, and the mean values and window counts of the two groups.
[[nodiscard]] inline std::string attribute_table(const Attributes& attributes) {
  std::string text = fmt::format("  {:20} {:>8} {:>8}  windows", "attribute", "low", "high");
  for (const auto& [name, attribute] : attributes) {
    text += fmt::format("\n  {:20} {:8.3f} {:8.3f}  {} and {}", name, attribute.low, attribute.high, attribute.low_windows,
                        attribute.high_windows);
  }
  return text;
}

/// std::nullopt if no map is named.
[[nodiscard]] inline std::optional<DrumMap> drum_map_if_named(const std::string& name_or_path) {
  return name_or_path.empty() ? std::nullopt : std::optional(find_drum_map(name_or_path));
}

/// Adds --map and --drum-channel to the verbs that cut windows.
inline std::vector<CLI::Option*> add_cut_map_options(CLI::App& verb, std::string& map, std::string& channel) {
  return {verb.add_option("--map", map,
                          "Drum map: standard (a drum kit's pitches, then General MIDI's), roland, reduced or a JSON file [default: "
                          "standard for the cut bar-aligned, otherwise roland]"),
          verb.add_option(
                  "--drum-channel", channel,
                  "For the cut bar-aligned, the MIDI channel of the drums: 1 to 16, any, or auto (10, otherwise any that plays a drum kit)")
              ->capture_default_str()};
}

}  // namespace musicvae::app

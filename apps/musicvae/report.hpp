// How counts of what was left out, attributes, and drum maps are written and read on the command line.
#pragma once

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <string>

#include "model/json.hpp"
#include "musicvae/model/attribute.hpp"
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

}  // namespace musicvae::app

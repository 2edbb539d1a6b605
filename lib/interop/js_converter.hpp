// The data converters of magenta.js, which say what a model's rows mean, and the configs that its client can run.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "musicvae/model/config.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae::interop {

/// A converter that a file names.
struct JsConverter {
  std::string type;  ///< "GrooveConverter"
  int steps = 0;
  int segments = 0;  ///< of a conductor; 0: none
  bool humanize = false;
  bool tapify = false;
  std::string chord_encoder{};  ///< "TriadChordEncoder"; empty: no chords
  std::string extra_control{};  ///< the name of a control track that the page fills in; empty: none
  std::string others{};         ///< settings that no config has, ", minPitch 0"
  std::optional<DrumMap> drum_map{};

  /// Whether the converter makes the rows of a model of this config.
  [[nodiscard]] bool fits(const ModelConfig& config) const;
  /// "MelodyConverter, 32 steps"
  [[nodiscard]] std::string text() const;
};

/// Reads {"type": ..., "args": {...}}. Throws a FormatError that names `source` and the field.
[[nodiscard]] JsConverter js_converter_from_json(const nlohmann::ordered_json& json, const std::string& source);

/// Reads a whole config.json, with its chords and control tracks. Throws as above.
[[nodiscard]] JsConverter js_converter_of_config(const nlohmann::ordered_json& config, const std::string& source);

/// The config.json of a model, for magenta.js 1.23. Throws a ConfigError that says why if its client cannot run a model of this config.
[[nodiscard]] nlohmann::ordered_json js_config(const ModelConfig& config, const DrumMap& drum_map);

}  // namespace musicvae::interop

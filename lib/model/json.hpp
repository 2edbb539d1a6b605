// Configs, drum maps and attributes as JSON. Private, so that no public header includes the JSON library.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "musicvae/model/attribute.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// Every field, in the order of docs/configs.md. The counterpart of model_config_from_json.
[[nodiscard]] nlohmann::ordered_json to_json(const ModelConfig& config);

/// Reads a config. An absent field keeps its default. Throws a ConfigError that names the first unknown field or field of the wrong kind.
/// `source` names the JSON in errors. `more_fields` are also allowed, and errors list them among the allowed fields. The result is
/// validated.
[[nodiscard]] ModelConfig model_config_from_json(const nlohmann::ordered_json& json, const std::string& source,
                                                 const std::set<std::string>& more_fields = {});

/// An object with name, bars, steps, parameters, task, input, output, latent, encoder, conductor, decoder and batch.
[[nodiscard]] nlohmann::ordered_json config_summary(const ModelConfig& config);

/// {"name": ..., "classes": {"kick": [36, ...], ...}}, with the output pitch of each class first. The counterpart of drum_map_from_json.
[[nodiscard]] nlohmann::ordered_json to_json(const DrumMap& map);

/// Reads a drum map. It must have all nine classes, each with at least one pitch of 0..127, and no pitch twice. Otherwise throws a
/// ConfigError that names the class or the pitch.
[[nodiscard]] DrumMap drum_map_from_json(const nlohmann::ordered_json& json, const std::string& source);

/// An attribute in the model file's JSON entry. Its direction is not part of it; it is a tensor.
[[nodiscard]] nlohmann::ordered_json to_json(const Attribute& attribute);

/// The counterpart of to_json for an attribute. `where` names the entry. Throws ModelError for a number that is missing or of the wrong
/// kind.
[[nodiscard]] Attribute attribute_from_json(const nlohmann::ordered_json& json, std::vector<float> direction, const std::string& where);

}  // namespace musicvae

// Configs, drum maps and attributes as JSON. Private, so that no public header knows the JSON library.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "musicvae/model/attribute.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// Every field, in the order of docs/configs.md. Twin of model_config_from_json.
[[nodiscard]] nlohmann::ordered_json to_json(const ModelConfig& config);

/// A field that is absent keeps its default; an unknown one or one of the wrong kind is a ConfigError that names it.
/// `source` names the JSON in errors, which list `more_fields` among the allowed ones. The result is validated.
[[nodiscard]] ModelConfig model_config_from_json(const nlohmann::ordered_json& json, const std::string& source,
                                                 const std::set<std::string>& more_fields = {});

/// name, bars, steps, parameters, task, input, output, latent, encoder, conductor, decoder, batch.
[[nodiscard]] nlohmann::ordered_json config_summary(const ModelConfig& config);

/// {"name": ..., "classes": {"kick": [36, ...], ...}}, the pitch that a class is written with first. Twin of drum_map_from_json.
[[nodiscard]] nlohmann::ordered_json to_json(const DrumMap& map);

/// All nine classes, each with at least one pitch of 0..127 and no pitch twice; otherwise a ConfigError that names the class.
[[nodiscard]] DrumMap drum_map_from_json(const nlohmann::ordered_json& json, const std::string& source);

/// What the model file's JSON entry says of an attribute; the direction is a tensor.
[[nodiscard]] nlohmann::ordered_json to_json(const Attribute& attribute);

/// Its twin; `where` names the entry. Throws ModelError for a missing number or one of the wrong kind.
[[nodiscard]] Attribute attribute_from_json(const nlohmann::ordered_json& json, std::vector<float> direction, const std::string& where);

}  // namespace musicvae

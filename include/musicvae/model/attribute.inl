// Definitions of attribute.hpp.
#pragma once

#include <nlohmann/json.hpp>
#include <utility>

#include "musicvae/in_library.hpp"
#include "musicvae/model/attribute.hpp"

namespace musicvae {

MUSICVAE_INLINE nlohmann::ordered_json to_json(const Attribute& attribute) {
  return {
      {"low", attribute.low}, {"high", attribute.high}, {"low_windows", attribute.low_windows}, {"high_windows", attribute.high_windows}};
}

MUSICVAE_INLINE Attribute attribute_from_json(const nlohmann::ordered_json& json, std::vector<float> direction, const std::string& where) {
  Attribute attribute;
  attribute.direction = std::move(direction);
  try {
    attribute.low = json.at("low").get<double>();
    attribute.high = json.at("high").get<double>();
    attribute.low_windows = json.at("low_windows").get<std::int64_t>();
    attribute.high_windows = json.at("high_windows").get<std::int64_t>();
  } catch (const nlohmann::json::exception&) {
    throw ModelError(where + ": does not say low, high, low_windows and high_windows in numbers; compute the attributes again");
  }
  return attribute;
}

}  // namespace musicvae

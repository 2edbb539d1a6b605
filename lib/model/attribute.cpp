#include "musicvae/model/attribute.hpp"

#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/json.hpp"
#include "musicvae/error.hpp"

namespace musicvae {

void check_attributes(const Attributes& attributes, int latent, const std::string& source) {
  for (const auto& [name, attribute] : attributes) {
    if (attribute.direction.size() != static_cast<std::size_t>(latent)) {
      throw ModelError(source + ": attribute \"" + name + "\" has " + std::to_string(attribute.direction.size()) +
                       " numbers; the model's latent space has " + std::to_string(latent) + ", so compute the attributes again");
    }
    for (const float value : attribute.direction) {
      if (!std::isfinite(value))
        throw ModelError(source + ": attribute \"" + name + "\" has a number that is not finite; compute the attributes again");
    }
  }
}

nlohmann::ordered_json to_json(const Attribute& attribute) {
  return {
      {"low", attribute.low}, {"high", attribute.high}, {"low_windows", attribute.low_windows}, {"high_windows", attribute.high_windows}};
}

Attribute attribute_from_json(const nlohmann::ordered_json& json, std::vector<float> direction, const std::string& where) {
  Attribute attribute;
  attribute.direction = std::move(direction);
  try {
    attribute.low = json.at("low").get<double>();
    attribute.high = json.at("high").get<double>();
    attribute.low_windows = json.at("low_windows").get<std::int64_t>();
    attribute.high_windows = json.at("high_windows").get<std::int64_t>();
  } catch (const nlohmann::json::exception&) {
    throw ModelError(where + ": lacks low, high, low_windows and high_windows as numbers; compute the attributes again");
  }
  return attribute;
}

}  // namespace musicvae

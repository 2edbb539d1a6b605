// Attribute: a direction of the latent space along which grooves change in one way that has a name.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {

/// A direction, and what it was found from: two groups of windows that differ in the attribute's value.
struct Attribute {
  std::vector<float> direction;  ///< [latent]: mean z of the high group minus that of the low group
  double low = 0.0;              ///< mean value of the low group
  double high = 0.0;             ///< mean value of the high group
  std::int64_t low_windows = 0;
  std::int64_t high_windows = 0;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

/// Attributes by name: "density", "style:funk", ...
using Attributes = std::map<std::string, Attribute>;

/// Throws ModelError naming the first whose direction has another size than `latent`, or a number that is not finite. `source` names
/// the model.
inline void check_attributes(const Attributes& attributes, int latent, const std::string& source) {
  for (const auto& [name, attribute] : attributes) {
    if (attribute.direction.size() != static_cast<std::size_t>(latent)) {
      throw ModelError(source + ": attribute \"" + name + "\" has " + std::to_string(attribute.direction.size()) +
                       " numbers; the model's latent space has " + std::to_string(latent) + ", compute the attributes again");
    }
    for (const float value : attribute.direction) {
      if (!std::isfinite(value))
        throw ModelError(source + ": attribute \"" + name + "\" has a number that is not finite; compute the attributes again");
    }
  }
}

/// What the model file's JSON entry says of an attribute; the direction is a tensor.
[[nodiscard]] nlohmann::ordered_json to_json(const Attribute& attribute);

/// Its twin; `where` names the entry. Throws ModelError for a missing number or one of the wrong kind.
[[nodiscard]] Attribute attribute_from_json(const nlohmann::ordered_json& json, std::vector<float> direction, const std::string& where);

}  // namespace musicvae

#if !defined(MUSICVAE_IN_LIBRARY)
#include "musicvae/model/attribute.inl"
#endif

// Attribute: a named direction of the latent space, along which grooves change in one way.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace musicvae {

/// A direction, and the two groups of windows that it was computed from, which differ in the attribute's value.
struct Attribute {
  std::vector<float> direction;  ///< [latent]: mean z of the high group minus mean z of the low group
  double low = 0.0;              ///< mean value of the low group
  double high = 0.0;             ///< mean value of the high group
  std::int64_t low_windows = 0;
  std::int64_t high_windows = 0;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

/// Attributes by name: "density", "style:funk", ...
using Attributes = std::map<std::string, Attribute>;

/// Throws a ModelError that names the first attribute whose direction does not have `latent` numbers, or has a number that is not finite.
/// `source` names the model.
void check_attributes(const Attributes& attributes, int latent, const std::string& source);

}  // namespace musicvae

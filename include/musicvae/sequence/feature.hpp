// Feature: a number that is computed from music, such as its density.
#pragma once

#include <array>

namespace musicvae {

/// A feature of one kind of music, and its name in reports and options. Names use lower case and underscores.
template <class Value>
struct Feature {
  const char* name;
  double (*value)(const Value&);
};

/// The features along which the latent space of a kind of music is searched for directions. A kind names its own beside the functions that
/// compute them; one that does not has none.
template <class Value>
inline constexpr std::array<Feature<Value>, 0> kFeatures{};

}  // namespace musicvae

// similar: variations of a groove, decoded from points near it in the latent space.
#pragma once

#include <span>
#include <vector>

#include "musicvae/engine/sampler.hpp"

namespace musicvae {

/// Which variations to make. One seed gives the same variations on every platform. Variation i is the same however many are made.
struct SimilarOptions {
  int n = 4;
  float noise = 0.5F;  ///< 0..3: how far from the groove, in standard deviations of the prior; 0 is the reconstruction
  /// How the points are decoded; its seed and `first` also select the points. The usual temperature is 0, so that the variations differ by
  /// their z alone.
  DecodeOptions decode{};
};

/// Points around `mu` [latent]: z = mu + noise * eps, eps ~ N(0, I), [n, latent]. Point i depends on mu, noise, decode.seed and
/// decode.first + i alone. Throws ArgumentError for an n below 1 or a noise outside 0..3.
[[nodiscard]] std::vector<float> similar_points(std::span<const float> mu, const SimilarOptions& options);

/// `n` variations of a value, such as a groove, each with as many steps as it. Throws ArgumentError as similar_points, MusicVae::encode (a
/// value longer than the model's window, or on another grid) and Sampler::decode do.
template <MusicValue Value>
[[nodiscard]] std::vector<Value> similar(Sampler& sampler, const Value& value, const SimilarOptions& options = {}) {
  const std::vector<float> z = similar_points(sampler.model().encode(value).mu, options);
  const std::vector<float> control = control_rows(sampler.model().config(), value);  // such as its hits
  std::vector<float> controls;
  for (int i = 0; i < options.n; ++i) controls.insert(controls.end(), control.begin(), control.end());
  std::vector<Value> variations = sampler.decode<Value>(z, options.decode.with_default_temperature(0.0F), {.controls = controls});
  for (Value& made : variations) made = made.slice(0, value.steps());
  return variations;
}

}  // namespace musicvae

// similar: variations of a groove, decoded from points near it in the latent space.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// Which variations to make. One seed gives the same variations on every platform. Variation i is the same however many are made.
struct SimilarOptions {
  int n = 4;
  float noise = 0.5F;        ///< 0..3: how far from the groove, in standard deviations of the prior; 0 is the reconstruction
  float temperature = 0.0F;  ///< temperature of decoding; 0: the variations differ by their z alone
  std::uint64_t seed = 0;
  std::uint64_t first = 0;                     ///< index of the first variation, so that a long series can be made in parts
  std::optional<float> feel_temperature = {};  ///< as DecodeOptions::feel_temperature

  /// How the variations are decoded.
  [[nodiscard]] DecodeOptions decode() const { return {temperature, seed, {}, first, feel_temperature}; }
};

/// Points around `mu` [latent]: z = mu + noise * eps, eps ~ N(0, I), [n, latent]. Point i depends on (mu, noise, seed, first + i) alone.
/// Throws ArgumentError for an n below 1 or a noise outside 0..3.
[[nodiscard]] std::vector<float> similar_points(std::span<const float> mu, const SimilarOptions& options);

/// `n` variations of `groove`, each with as many steps as `groove`. Throws ArgumentError as similar_points, MusicVae::encode (a groove
/// longer than the model's window, or on another grid) and Sampler::decode do.
[[nodiscard]] std::vector<DrumSequence> similar(Sampler& sampler, const DrumSequence& groove, const SimilarOptions& options = {});

}  // namespace musicvae

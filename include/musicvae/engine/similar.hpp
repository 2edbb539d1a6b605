// Similar: variations of a groove, from around where it lies in the latent space.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/philox.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"
#include "musicvae/rounded.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// Which variations. One seed gives the same ones on every platform; variation i is the same however many are asked for.
struct SimilarOptions {
  int n = 4;
  float noise = 0.5F;        ///< 0..3: how far from the groove, in standard deviations of the prior; 0 is the reconstruction
  float temperature = 0.0F;  ///< of decoding; 0: the variations differ by their z alone
  std::uint64_t seed = 0;
  std::uint64_t first = 0;                     ///< index of the first variation, so that a long series can be made in parts
  std::optional<float> feel_temperature = {};  ///< as DecodeOptions::feel_temperature

  /// How the variations are decoded.
  [[nodiscard]] DecodeOptions decode() const { return {temperature, seed, {}, first, feel_temperature}; }
};

/// Points around `mu` [latent]: z = mu + noise * eps, eps ~ N(0, I), [n, latent]; point i depends on (mu, noise, seed, first + i) alone.
/// Throws ArgumentError for an n below 1 or a noise outside 0..3.
[[nodiscard]] inline std::vector<float> similar_points(std::span<const float> mu, const SimilarOptions& options) {
  if (options.n < 1) throw ArgumentError("similar: n is " + std::to_string(options.n) + "; ask for 1 or more");
  if (!(options.noise >= 0.0F && options.noise <= 3.0F))
    throw ArgumentError("similar: noise " + std::to_string(options.noise) + " is out of range; use 0 (the reconstruction) to 3");
  const auto n = static_cast<std::size_t>(options.n);
  std::vector<float> z(n * mu.size());
  for (std::size_t i = 0; i < n; ++i) {
    const std::span<float> point = std::span(z).subspan(i * mu.size(), mu.size());
    engine::RandomStream{options.seed, options.first + i, engine::Purpose::variation}.normals(0, point);
    for (std::size_t j = 0; j < mu.size(); ++j) {
      const double away = static_cast<double>(options.noise) * static_cast<double>(point[j]);  // exact
      point[j] = static_cast<float>(static_cast<double>(mu[j]) + rounded(away));
    }
  }
  return z;
}

/// `n` variations of `groove`, each as many steps long as it. Throws ArgumentError as similar_points, MusicVae::encode (a groove longer
/// than the model's window, or on another grid) and Sampler::decode do.
[[nodiscard]] inline std::vector<DrumSequence> similar(Sampler& sampler, const DrumSequence& groove, const SimilarOptions& options = {}) {
  const std::vector<float> z = similar_points(sampler.model().encode(groove).mu, options);
  const std::vector<float> control = control_rows(sampler.model().config(), groove);  // such as its hits
  std::vector<float> controls;
  for (int i = 0; i < options.n; ++i) controls.insert(controls.end(), control.begin(), control.end());
  std::vector<DrumSequence> grooves = sampler.decode(z, options.decode(), {.controls = controls});
  for (DrumSequence& made : grooves) made = made.slice(0, groove.steps());
  return grooves;
}

}  // namespace musicvae

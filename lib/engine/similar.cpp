#include "musicvae/engine/similar.hpp"

#include <cstddef>
#include <string>

#include "musicvae/engine/philox.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/rounded.hpp"

namespace musicvae {

std::vector<float> similar_points(std::span<const float> mu, const SimilarOptions& options) {
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

std::vector<DrumSequence> similar(Sampler& sampler, const DrumSequence& groove, const SimilarOptions& options) {
  const std::vector<float> z = similar_points(sampler.model().encode(groove).mu, options);
  const std::vector<float> control = control_rows(sampler.model().config(), groove);  // such as its hits
  std::vector<float> controls;
  for (int i = 0; i < options.n; ++i) controls.insert(controls.end(), control.begin(), control.end());
  std::vector<DrumSequence> grooves = sampler.decode(z, options.decode(), {.controls = controls});
  for (DrumSequence& made : grooves) made = made.slice(0, groove.steps());
  return grooves;
}

}  // namespace musicvae

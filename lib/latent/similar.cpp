#include "musicvae/latent/similar.hpp"

#include <cstddef>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/numerics/philox.hpp"
#include "musicvae/numerics/rounded.hpp"

namespace musicvae {

std::vector<float> similar_points(std::span<const float> mu, const SimilarOptions& options) {
  if (options.n < 1) throw ArgumentError("similar: n is " + std::to_string(options.n) + "; ask for 1 or more");
  if (!(options.noise >= 0.0F && options.noise <= 3.0F))
    throw ArgumentError("similar: noise " + std::to_string(options.noise) + " is out of range; use 0 (the reconstruction) to 3");
  const auto n = static_cast<std::size_t>(options.n);
  std::vector<float> z(n * mu.size());
  for (std::size_t i = 0; i < n; ++i) {
    const std::span<float> point = std::span(z).subspan(i * mu.size(), mu.size());
    numerics::RandomStream{options.decode.seed, options.decode.first + i, numerics::Purpose::variation}.normals(0, point);
    for (std::size_t j = 0; j < mu.size(); ++j) {
      const double away = static_cast<double>(options.noise) * static_cast<double>(point[j]);  // exact
      point[j] = static_cast<float>(static_cast<double>(mu[j]) + rounded(away));
    }
  }
  return z;
}

}  // namespace musicvae

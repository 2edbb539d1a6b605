// LatentPrior: where new grooves come from in the latent space, learned from the grooves of a dataset.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {

/// A mixture of normal distributions of one shape, z = means[k] + factor * e with k ~ shares and e ~ N(0, I): that of q(z | groove) over
/// many grooves (the aggregated posterior, fitted after training; Ghosh et al. 2020, section 4, who also use mixtures). Empty: N(0, I),
/// which training pulls each groove's q towards but not onto.
struct LatentPrior {
  std::vector<float> shares;  ///< [components], above 0, their sum 1 but for rounding
  std::vector<float> means;   ///< [components, latent]
  std::vector<float> factor;  ///< [latent, latent], lower triangular, row-major: the Cholesky factor of the components' covariance
  [[nodiscard]] bool empty() const { return shares.empty() && means.empty() && factor.empty(); }
  friend bool operator==(const LatentPrior&, const LatentPrior&) = default;
};

/// Throws ModelError for a prior of another latent space, with a number that is not finite, whose shares are no probabilities, or whose
/// factor is not lower triangular.
/// `source` names the model.
inline void check_prior(const LatentPrior& prior, int latent, const std::string& source) {
  if (prior.empty()) return;
  const auto n = static_cast<std::size_t>(latent);
  const auto demand = [&](bool ok, const char* what) {
    if (!ok) throw ModelError(source + ": its prior " + what + "; compute the attributes again");
  };
  demand(!prior.shares.empty() && prior.means.size() == prior.shares.size() * n && prior.factor.size() == n * n,
         "is not of the model's latent space");
  double sum = 0.0;
  for (const float share : prior.shares) {
    demand(share > 0.0F && share <= 1.0F, "has a share that is not above 0 and at most 1");
    sum += static_cast<double>(share);
  }
  demand(std::abs(sum - 1.0) < 1e-3, "has shares that do not make 1");
  for (const float value : prior.means) demand(std::isfinite(value), "has a number that is not finite");
  for (std::size_t i = 0; i < n * n; ++i) {
    demand(std::isfinite(prior.factor[i]), "has a number that is not finite");
    demand(i % n <= i / n || prior.factor[i] == 0.0F, "has a factor that is not lower triangular");
  }
}

}  // namespace musicvae

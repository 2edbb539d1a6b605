// LatentPrior: where new grooves come from in the latent space, learned from the grooves of a dataset.
#pragma once

#include <string>
#include <vector>

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
void check_prior(const LatentPrior& prior, int latent, const std::string& source);

}  // namespace musicvae

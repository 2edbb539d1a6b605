// LatentPrior: a distribution of the latent space to sample new grooves from, learned from the grooves of a dataset.
#pragma once

#include <string>
#include <vector>

namespace musicvae {

/// A mixture of normal distributions with one covariance, z = means[k] + factor * e with k ~ shares and e ~ N(0, I). It is fitted after
/// training to the aggregated posterior, that is, q(z | groove) over many grooves (Ghosh et al. 2020, section 4, who also use mixtures). An
/// empty prior is N(0, I), which training pulls each groove's q towards but not onto.
struct LatentPrior {
  std::vector<float> shares;  ///< [components], above 0; their sum is 1 but for rounding
  std::vector<float> means;   ///< [components, latent]
  std::vector<float> factor;  ///< [latent, latent], lower triangular, row-major: the Cholesky factor of the components' covariance
  [[nodiscard]] bool empty() const { return shares.empty() && means.empty() && factor.empty(); }
  friend bool operator==(const LatentPrior&, const LatentPrior&) = default;
};

/// Throws ModelError for a prior that belongs to another latent space, has a number that is not finite, has shares that are not
/// probabilities, or has a factor that is not lower triangular. `source` names the model.
void check_prior(const LatentPrior& prior, int latent, const std::string& source);

}  // namespace musicvae

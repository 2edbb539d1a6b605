#include "musicvae/model/latent_prior.hpp"

#include <cmath>
#include <cstddef>

#include "musicvae/error.hpp"

namespace musicvae {

void check_prior(const LatentPrior& prior, int latent, const std::string& source) {
  if (prior.empty()) return;
  const auto n = static_cast<std::size_t>(latent);
  const auto demand = [&](bool ok, const char* what) {
    if (!ok) throw ModelError(source + ": its prior " + what + "; compute the attributes again");
  };
  demand(!prior.shares.empty() && prior.means.size() == prior.shares.size() * n && prior.factor.size() == n * n,
         "does not fit the model's latent space");
  double sum = 0.0;
  for (const float share : prior.shares) {
    demand(share > 0.0F && share <= 1.0F, "has a share that is not above 0 and at most 1");
    sum += static_cast<double>(share);
  }
  demand(std::abs(sum - 1.0) < 1e-3, "has shares that do not sum to 1");
  for (const float value : prior.means) demand(std::isfinite(value), "has a number that is not finite");
  for (std::size_t i = 0; i < n * n; ++i) {
    demand(std::isfinite(prior.factor[i]), "has a number that is not finite");
    demand(i % n <= i / n || prior.factor[i] == 0.0F, "has a factor that is not lower triangular");
  }
}

}  // namespace musicvae

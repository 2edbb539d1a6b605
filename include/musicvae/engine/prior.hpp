// Prior: samples latent points from the distribution of a LatentPrior, or from N(0, I).
#pragma once

#include <cstdint>
#include <span>

#include "musicvae/model/latent_prior.hpp"
#include "musicvae/numerics/kernels.hpp"
#include "musicvae/numerics/layout.hpp"

namespace musicvae::engine {

/// A prior, ready to sample from. Immutable; any number of threads may use it.
class Prior {
 public:
  /// `prior` must be checked (check_prior).
  Prior(LatentPrior prior, const numerics::Kernels& kernels);

  [[nodiscard]] const LatentPrior& parameters() const noexcept { return prior_; }

  /// Writes point `index` of a seed's series to `z` [latent]. Allocates nothing.
  void draw(std::uint64_t seed, std::uint64_t index, std::span<float> z) const noexcept;

 private:
  // Replaces the normal numbers in `z` with means[k] + factor * z. k is the component that `which`, a number in [0, 1), selects by the
  // cumulative shares.
  void to_component(std::span<float> z, float which) const noexcept;

  LatentPrior prior_;
  numerics::PackedMatrix factor_;  ///< transposed, so that z is a row
  const numerics::Kernels* kernels_;
};

}  // namespace musicvae::engine

#include "musicvae/engine/prior.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "engine/pack.hpp"
#include "musicvae/numerics/philox.hpp"

namespace musicvae::engine {

Prior::Prior(LatentPrior prior, const numerics::Kernels& kernels) : prior_(std::move(prior)), kernels_(&kernels) {
  if (prior_.empty()) return;
  const auto latent = static_cast<Eigen::Index>(prior_.means.size() / prior_.shares.size());
  factor_ = pack(Matrix(Eigen::Map<const Matrix>(prior_.factor.data(), latent, latent).transpose()));
}

void Prior::draw(std::uint64_t seed, std::uint64_t index, std::span<float> z) const noexcept {
  const numerics::RandomStream stream{seed, index, numerics::Purpose::latent};
  stream.normals(0, z);
  if (prior_.empty()) return;
  float which = 0.0F;
  stream.uniforms(1, {&which, 1});
  to_component(z, which);
}

void Prior::to_component(std::span<float> z, float which) const noexcept {
  constexpr int most_panels = 8;
  std::size_t k = 0;
  double below = prior_.shares[0];
  while (below <= static_cast<double>(which) && k + 1 < prior_.shares.size()) below += static_cast<double>(prior_.shares[++k]);
  const float* mean = prior_.means.data() + k * z.size();
  const auto latent = static_cast<int>(z.size());
  const std::ptrdiff_t panel_stride = static_cast<std::ptrdiff_t>(latent) * numerics::kPanelWidth;
  // From the last columns to the first. The factor is triangular, so a column needs only the numbers of z up to its own.
  for (int panel = (factor_.panels - 1) / most_panels * most_panels; panel >= 0; panel -= most_panels) {
    const int first = panel * numerics::kPanelWidth;
    const int panels = std::min(most_panels, factor_.panels - panel);
    const int end = std::min(latent, first + panels * numerics::kPanelWidth);
    alignas(64) float sums[most_panels * numerics::kPanelWidth] = {};
    std::copy(mean + first, mean + end, sums);
    kernels_->multiply({.weights = factor_.values.data() + panel * panel_stride,
                        .panel_stride = panel_stride,
                        .inputs = end,
                        .panels = panels,
                        .x = z.data(),
                        .base = sums,
                        .y = sums,
                        .rows = 1});
    std::copy_n(sums, end - first, z.data() + first);
  }
}

}  // namespace musicvae::engine

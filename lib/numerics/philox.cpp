#include "musicvae/numerics/philox.hpp"

#include <cmath>
#include <cstddef>

#include "musicvae/numerics/exact.hpp"

namespace musicvae::numerics {

void RandomStream::normals(std::uint32_t step, std::span<float> out) const noexcept {
  PhiloxCounter four{};
  for (std::size_t i = 0; i < out.size(); i += 2) {
    if (i % 4 == 0) four = words(step, static_cast<std::uint32_t>(i / 4));
    const std::size_t pair = i % 4;
    const double u = (static_cast<double>(four[pair]) + 0.5) * 0x1p-32;  // in (0, 1), so never the logarithm of 0
    const double turns = static_cast<double>(four[pair + 1]) * 0x1p-32;
    const double radius = std::sqrt(-2.0 * exact::log(u));  // IEEE requires a correctly rounded sqrt, so libm's is the same everywhere
    out[i] = static_cast<float>(radius * exact::cos_turns(turns));
    if (i + 1 < out.size()) out[i + 1] = static_cast<float>(radius * exact::sin_turns(turns));
  }
}

}  // namespace musicvae::numerics

// NumpyRandom: the numbers of NumPy's global generator after np.random.seed(seed), of which Magenta's converters draw.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "musicvae/numerics/rounded.hpp"

namespace musicvae::data::reference {

class NumpyRandom {
 public:
  explicit NumpyRandom(std::uint32_t seed) : generator_(seed) {}

  /// np.random.uniform(0, high).
  [[nodiscard]] double uniform(double high) { return high * next(); }

  /// np.random.binomial(1, probability): true for 1.
  [[nodiscard]] bool happens(double probability) {
    if (probability == 0.0) return false;
    return probability <= 0.5 ? rare(probability) : !rare(1.0 - probability);
  }

  /// The indices that np.random.choice(size, count, replace=False) returns, ascending.
  [[nodiscard]] std::vector<std::size_t> choose(std::size_t size, std::size_t count) {
    std::vector<std::size_t> order(size);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = size - 1; i > 0; --i) std::swap(order[i], order[up_to(static_cast<std::uint32_t>(i))]);
    order.resize(count);
    std::sort(order.begin(), order.end());
    return order;
  }

 private:
  std::uint32_t bits() { return static_cast<std::uint32_t>(generator_()); }

  /// A number in [0, 1) with 53 random bits.
  double next() {
    const std::uint32_t high = bits() >> 5U;
    const std::uint32_t low = bits() >> 6U;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  /// A whole number from 0 to `most`.
  std::uint32_t up_to(std::uint32_t most) {
    std::uint32_t mask = most;
    for (const unsigned shift : {1U, 2U, 4U, 8U, 16U}) mask |= mask >> shift;
    while (true) {
      const std::uint32_t value = bits() & mask;
      if (value <= most) return value;
    }
  }

  /// One trial by inversion, with at most 0.5 as the probability.
  bool rare(double probability) {
    const double other = 1.0 - probability;
    const double none = std::exp(std::log(other));
    while (true) {
      double left = next();
      if (left <= none) return false;
      left -= none;
      if (left <= rounded(probability * none) / other) return true;
    }
  }

  std::mt19937 generator_;
};

}  // namespace musicvae::data::reference

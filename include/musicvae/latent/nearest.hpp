// Nearest neighbours in the latent space.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace musicvae {

/// A row of a table, and its distance from the given point.
struct Neighbour {
  std::size_t row = 0;
  double distance = 0.0;  ///< Euclidean
  friend bool operator==(const Neighbour&, const Neighbour&) = default;
};

/// The `k` rows of `table` [n, latent] that are nearest to `point` [latent] by Euclidean distance, sqrt(sum((row - point)^2)) in double
/// precision, nearest first. Of equally distant rows, the one with the smaller index comes first. Compares with every row. Throws
/// ArgumentError for sizes that do not fit, a number that is not finite, and a k outside 1..n.
[[nodiscard]] std::vector<Neighbour> nearest(std::span<const float> table, std::span<const float> point, int k);

}  // namespace musicvae

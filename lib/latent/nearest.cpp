#include "musicvae/latent/nearest.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "musicvae/error.hpp"
#include "musicvae/numerics/rounded.hpp"

namespace musicvae {

std::vector<Neighbour> nearest(std::span<const float> table, std::span<const float> point, int k) {
  const std::size_t latent = point.size();
  if (latent == 0 || table.empty() || table.size() % latent != 0) {
    throw ArgumentError("nearest: the table has " + std::to_string(table.size()) + " numbers, and the point " + std::to_string(latent) +
                        "; give rows of as many numbers as the point has");
  }
  const std::size_t rows = table.size() / latent;
  if (k < 1 || static_cast<std::size_t>(k) > rows) {
    throw ArgumentError("nearest: k is " + std::to_string(k) + "; use 1 to " + std::to_string(rows) + ", the rows of the table");
  }
  std::vector<std::pair<double, std::size_t>> squares;  // pairs compare in the order that the rows must have
  squares.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    double sum = 0.0;
    for (std::size_t i = 0; i < latent; ++i) {
      const double away = static_cast<double>(table[row * latent + i]) - static_cast<double>(point[i]);
      sum += rounded(away * away);
    }
    if (!std::isfinite(sum)) throw ArgumentError("nearest: row " + std::to_string(row) + " or the point is not finite; check what made it");
    squares.emplace_back(sum, row);
  }
  std::partial_sort(squares.begin(), squares.begin() + k, squares.end());
  std::vector<Neighbour> result;
  result.reserve(static_cast<std::size_t>(k));
  for (const auto& [square, row] : std::span(squares).first(static_cast<std::size_t>(k))) result.push_back({row, std::sqrt(square)});
  return result;
}

}  // namespace musicvae

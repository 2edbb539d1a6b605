#include "musicvae/evaluation/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <vector>

#include "moments.hpp"
#include "musicvae/error.hpp"

namespace musicvae::evaluation {
namespace {

constexpr int grid_points = 2048;
constexpr double margin_bandwidths = 5.0;  // on both sides of all values

double scott_bandwidth(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  if (values.size() < 2) return 0.0;
  return Moments(values).spread() * std::sqrt(n / (n - 1.0)) * std::pow(n, -0.2);
}

// The probability mass at each point of a grid: every value is split between its two neighbouring points, then blurred.
std::vector<double> masses(std::span<const double> values, double bandwidth, double low, double spacing) {
  std::vector<double> counts(grid_points);
  for (const double value : values) {
    const double at = (value - low) / spacing;
    const auto left = static_cast<std::size_t>(std::clamp(std::floor(at), 0.0, grid_points - 2.0));
    const double share = std::clamp(at - static_cast<double>(left), 0.0, 1.0);
    counts[left] += 1.0 - share;
    counts[left + 1] += share;
  }
  std::vector<double> kernel;  // by distance
  for (int i = 0; i < grid_points; ++i) kernel.push_back(std::exp(-0.5 * std::pow(i * spacing / bandwidth, 2.0)));
  std::vector<double> result(grid_points);
  double sum = 0.0;
  for (int i = 0; i < grid_points; ++i) {
    const double count = counts[static_cast<std::size_t>(i)];
    if (count == 0.0) continue;
    for (int j = 0; j < grid_points; ++j) {
      const double mass = count * kernel[static_cast<std::size_t>(std::abs(j - i))];
      result[static_cast<std::size_t>(j)] += mass;
      sum += mass;
    }
  }
  for (double& mass : result) mass /= sum;
  return result;
}

}  // namespace

DistributionSimilarity compare(std::span<const double> reference, std::span<const double> other) {
  if (reference.empty() || other.empty()) throw ArgumentError("compare: one side has no numbers; give at least one on each");
  double low = reference.front();
  double high = low;
  for (const std::span<const double> values : {reference, other}) {
    for (const double value : values) {
      if (!std::isfinite(value)) throw ArgumentError("compare: a number is not finite; leave it out");
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (low == high) return {.overlap = 1.0, .kl = 0.0};
  const double least = (high - low) / 1000.0;  // used if all values of a collection are equal
  const double of_reference = std::max(scott_bandwidth(reference), least);
  const double of_other = std::max(scott_bandwidth(other), least);
  const double margin = margin_bandwidths * std::max(of_reference, of_other);
  const double spacing = (high - low + 2.0 * margin) / (grid_points - 1);
  const std::vector<double> p = masses(reference, of_reference, low - margin, spacing);
  const std::vector<double> q = masses(other, of_other, low - margin, spacing);
  constexpr double nothing = 1e-12;  // keeps the KL finite where only the reference has mass
  DistributionSimilarity result;
  for (std::size_t i = 0; i < p.size(); ++i) {
    result.overlap += std::min(p[i], q[i]);
    result.kl += p[i] * std::log((p[i] + nothing) / (q[i] + nothing));
  }
  return result;
}

}  // namespace musicvae::evaluation

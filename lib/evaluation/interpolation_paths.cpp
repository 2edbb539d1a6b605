#include "interpolation_paths.hpp"

#include "musicvae/latent/interpolate.hpp"

namespace musicvae::evaluation {
namespace {

constexpr int points = 11;

}  // namespace

std::vector<double> path_positions() {
  std::vector<double> positions;
  for (int i = 0; i < points; ++i) positions.push_back(static_cast<double>(i) / (points - 1));
  return positions;
}

std::pair<std::size_t, std::size_t> random_pair(std::size_t windows, const numerics::RandomStream& random) {
  std::vector<float> draws(2);
  random.uniforms(0, draws);
  const auto n = static_cast<double>(windows);
  const auto first = static_cast<std::size_t>(static_cast<double>(draws[0]) * n);
  const auto distance = 1 + static_cast<std::size_t>(static_cast<double>(draws[1]) * (n - 1.0));
  return {first, (first + distance) % windows};
}

std::vector<float> slerp_path(const std::vector<float>& from, const std::vector<float>& to, const std::vector<double>& positions) {
  std::vector<float> path;
  for (const double position : positions) {
    const std::vector<float> z = slerp(from, to, static_cast<float>(position));
    path.insert(path.end(), z.begin(), z.end());
  }
  return path;
}

PathReport mean_path(const std::vector<Paths>& all, PathReport Paths::*which) {
  PathReport result{std::vector<double>(points), std::vector<double>(points), std::vector<double>(points)};
  for (const Paths& paths : all) {
    const PathReport& path = paths.*which;
    for (std::size_t i = 0; i < points; ++i) {
      result.to_first[i] += path.to_first[i] / static_cast<double>(all.size());
      result.to_second[i] += path.to_second[i] / static_cast<double>(all.size());
      result.log_likelihood[i] += path.log_likelihood[i] / static_cast<double>(all.size());
    }
  }
  return result;
}

}  // namespace musicvae::evaluation

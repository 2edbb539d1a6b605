#include "sample_statistics.hpp"

#include <algorithm>

#include "moments.hpp"

namespace musicvae::evaluation {
namespace {

bool all_have(const ComparedValues& values, std::size_t feature) {
  return !values.real[feature].empty() && !values.train[feature].empty() && !values.samples[feature].empty() &&
         !values.independent[feature].empty();
}

}  // namespace

std::vector<FeatureReport> feature_reports(const std::vector<std::string>& names, const ComparedValues& values) {
  std::vector<FeatureReport> reports;
  for (std::size_t f = 0; f < names.size(); ++f) {
    if (!all_have(values, f)) continue;
    const Moments sampled(values.samples[f]);
    const Moments real(values.real[f]);
    reports.push_back({.name = names[f],
                       .mean = sampled.mean(),
                       .spread = sampled.spread(),
                       .real_mean = real.mean(),
                       .real_spread = real.spread(),
                       .samples = compare(values.real[f], values.samples[f]),
                       .train = compare(values.real[f], values.train[f]),
                       .independent = compare(values.real[f], values.independent[f])});
  }
  return reports;
}

std::vector<ShareReport> share_reports(const std::vector<std::string>& names, const ComparedValues& values) {
  std::vector<ShareReport> reports;
  for (std::size_t f = 0; f < names.size(); ++f) {
    if (!all_have(values, f)) continue;
    reports.push_back({.name = names[f],
                       .samples = Moments(values.samples[f]).mean(),
                       .real = Moments(values.real[f]).mean(),
                       .train = Moments(values.train[f]).mean(),
                       .independent = Moments(values.independent[f]).mean()});
  }
  return reports;
}

Novelty novelty_of(const std::vector<Distance>& windows) {
  Novelty result;
  std::vector<int> distances;
  const auto n = static_cast<double>(windows.size());
  int near = 0;
  for (const Distance& window : windows) {
    distances.push_back(window.steps);
    near += static_cast<int>(window.near);
  }
  std::sort(distances.begin(), distances.end());
  for (const int least : distances) result.mean += least / n;
  result.near_copies = near / n;
  result.median = (distances[(distances.size() - 1) / 2] + distances[distances.size() / 2]) / 2.0;
  return result;
}

}  // namespace musicvae::evaluation

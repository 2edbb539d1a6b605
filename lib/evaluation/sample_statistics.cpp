#include "sample_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "for_each.hpp"
#include "hit_bits.hpp"
#include "moments.hpp"
#include "musicvae/evaluation/window_features.hpp"
#include "musicvae/numerics/philox.hpp"

namespace musicvae::evaluation {
namespace {

// The values of each feature in the windows that have it, [feature][window].
using Features = std::vector<std::vector<double>>;

Features features(const std::vector<DrumSequence>& windows, bool hits_only) {
  Features result(feature_names(hits_only).size());
  for (const DrumSequence& window : windows) {
    const std::vector<double> values = features_of(window, hits_only);
    for (std::size_t f = 0; f < values.size(); ++f) {
      if (!std::isnan(values[f])) result[f].push_back(values[f]);
    }
  }
  return result;
}

// Takes each cell from a randomly chosen training window of its own.
DrumSequence independent_cells(const std::vector<DrumSequence>& train, std::uint64_t seed, std::uint64_t index) {
  DrumSequence result(train.front().steps(), train.front().grid());
  std::vector<float> draws(kDrums);
  for (int step = 0; step < result.steps(); ++step) {
    numerics::RandomStream{seed, index, numerics::Purpose::evaluation}.uniforms(static_cast<std::uint32_t>(step) + 1, draws);
    for (int d = 0; d < kDrums; ++d) {
      const double at = static_cast<double>(draws[static_cast<std::size_t>(d)]) * static_cast<double>(train.size());
      const Cell& cell = train[static_cast<std::size_t>(at)].at(step, static_cast<Drum>(d));
      if (cell.hit) result.set(step, static_cast<Drum>(d), cell.velocity, cell.offset);
    }
  }
  return result;
}

Novelty novelty(const std::vector<DrumSequence>& grooves, const Windows& windows, const Options& options) {
  constexpr int near = 5;
  std::vector<int> distances(grooves.size());
  for_each(options, "novelty", grooves.size(), [&](std::size_t i) {
    const Bits bits = hit_bits(grooves[i]);
    int least = grooves[i].steps() * kDrums;
    for (const Bits& known : windows.train_bits) least = std::min(least, hamming_distance(bits, known));
    distances[i] = least;
  });
  std::sort(distances.begin(), distances.end());
  Novelty result;
  const auto n = static_cast<double>(distances.size());
  for (const int least : distances) result.mean += least / n;
  result.near_copies = static_cast<double>(std::upper_bound(distances.begin(), distances.end(), near) - distances.begin()) / n;
  result.median = (distances[(distances.size() - 1) / 2] + distances[distances.size() / 2]) / 2.0;
  return result;
}

}  // namespace

SampleReport sample_statistics(const MusicVae& model, const Windows& windows, const Options& options,
                               const std::vector<DrumSequence>& samples) {
  std::vector<DrumSequence> independent(samples.size());
  for_each(options, "independent cells", independent.size(),
           [&](std::size_t i) { independent[i] = independent_cells(windows.train, options.seed, i); });

  const bool hits_only = model.config().head->output() != OutputFormat::hits_with_feel;
  const Features of_real = features(windows.real, hits_only);
  const Features of_train = features(windows.train, hits_only);
  const Features of_samples = features(samples, hits_only);
  const Features of_independent = features(independent, hits_only);
  const std::vector<std::string> names = feature_names(hits_only);
  SampleReport report{.samples = options.samples, .temperature = options.temperature, .feel_temperature = options.feel_temperature};
  for (std::size_t f = 0; f < names.size(); ++f) {
    if (of_real[f].empty() || of_train[f].empty() || of_samples[f].empty() || of_independent[f].empty()) continue;
    const Moments sampled(of_samples[f]);
    const Moments real(of_real[f]);
    report.features.push_back({.name = names[f],
                               .mean = sampled.mean(),
                               .spread = sampled.spread(),
                               .real_mean = real.mean(),
                               .real_spread = real.spread(),
                               .samples = compare(of_real[f], of_samples[f]),
                               .train = compare(of_real[f], of_train[f]),
                               .independent = compare(of_real[f], of_independent[f])});
  }
  report.novelty = novelty(samples, windows, options);
  report.real_novelty = novelty(windows.real, windows, options);
  return report;
}

}  // namespace musicvae::evaluation

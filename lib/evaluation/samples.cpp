// Grooves sampled from the prior, against real ones.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "musicvae/engine/philox.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/evaluation/window_features.hpp"
#include "parts.hpp"

namespace musicvae::evaluation {
namespace {

/// Each feature's values where windows have it, [feature][window].
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

// Each cell is that of a window of its own.
DrumSequence independent_cells(const std::vector<DrumSequence>& train, std::uint64_t seed, std::uint64_t index) {
  DrumSequence result(train.front().steps(), train.front().grid());
  std::vector<float> draws(kDrums);
  for (int step = 0; step < result.steps(); ++step) {
    engine::RandomStream{seed, index, engine::Purpose::evaluation}.uniforms(static_cast<std::uint32_t>(step) + 1, draws);
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
    for (const Bits& known : windows.train_bits) least = std::min(least, distance(bits, known));
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

std::pair<double, double> mean_and_spread(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double value : values) mean += value / n;
  double square = 0.0;
  for (const double value : values) square += (value - mean) * (value - mean) / n;
  return {mean, std::sqrt(square)};
}

}  // namespace

SampleReport samples(const MusicVae& model, const Windows& windows, const Options& options) {
  const auto n = static_cast<std::size_t>(options.samples);
  std::vector<DrumSequence> sampled(n);
  std::vector<DrumSequence> independent(n);
  for_each_chunk(options, "samples", n, MusicVae::chunk, [&](std::size_t first, std::size_t many) {
    Sampler sampler(model);
    std::vector<DrumSequence> grooves =
        sampler.sample({.n = static_cast<int>(many), .temperature = options.temperature, .seed = options.seed, .first = first});
    std::move(grooves.begin(), grooves.end(), sampled.begin() + static_cast<std::ptrdiff_t>(first));
    for (std::size_t i = first; i < first + many; ++i) independent[i] = independent_cells(windows.train, options.seed, i);
  });

  const bool hits_only = model.config().converter != Converter::groove;
  const Features of_real = features(windows.real, hits_only);
  const Features of_train = features(windows.train, hits_only);
  const Features of_samples = features(sampled, hits_only);
  const Features of_independent = features(independent, hits_only);
  const std::vector<std::string> names = feature_names(hits_only);
  SampleReport report{.samples = options.samples, .temperature = options.temperature};
  for (std::size_t f = 0; f < names.size(); ++f) {
    if (of_real[f].empty() || of_train[f].empty() || of_samples[f].empty() || of_independent[f].empty()) continue;
    const auto [mean, spread] = mean_and_spread(of_samples[f]);
    const auto [real_mean, real_spread] = mean_and_spread(of_real[f]);
    report.features.push_back({names[f], mean, spread, real_mean, real_spread, compare(of_real[f], of_samples[f]),
                               compare(of_real[f], of_train[f]), compare(of_real[f], of_independent[f])});
  }
  report.novelty = novelty(sampled, windows, options);
  report.real_novelty = novelty(windows.real, windows, options);
  return report;
}

}  // namespace musicvae::evaluation

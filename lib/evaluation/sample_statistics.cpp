#include "sample_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "cells.hpp"
#include "for_each.hpp"
#include "melody_distance.hpp"
#include "moments.hpp"
#include "musicvae/evaluation/melody_features.hpp"
#include "musicvae/evaluation/window_features.hpp"
#include "musicvae/numerics/philox.hpp"

namespace musicvae::evaluation {
namespace {

// The values of each feature in the windows that have it, [feature][window].
using Features = std::vector<std::vector<double>>;

// `of` returns the values of one window's features, NaN where it has none.
template <class Value, class Of>
Features features(std::span<const Value> windows, std::size_t count, Of of) {
  Features result(count);
  for (const Value& window : windows) {
    const std::vector<double> values = of(window);
    for (std::size_t f = 0; f < values.size(); ++f) {
      if (!std::isnan(values[f])) result[f].push_back(values[f]);
    }
  }
  return result;
}

// Takes each cell from a randomly chosen training window of its own.
template <class Value>
std::vector<Value> independent_cells(std::span<const Value> train, const Options& options) {
  std::vector<Value> result(static_cast<std::size_t>(options.samples), Value(train.front().steps(), train.front().grid()));
  for_each(options, "independent cells", result.size(), [&](std::size_t i) {
    std::vector<float> draws(Cells<Value>::kPerStep);
    for (int step = 0; step < result[i].steps(); ++step) {
      numerics::RandomStream{options.seed, i, numerics::Purpose::evaluation}.uniforms(static_cast<std::uint32_t>(step) + 1, draws);
      for (int cell = 0; cell < Cells<Value>::kPerStep; ++cell) {
        const double at = static_cast<double>(draws[static_cast<std::size_t>(cell)]) * static_cast<double>(train.size());
        Cells<Value>::copy(train[static_cast<std::size_t>(at)], step, cell, result[i]);
      }
    }
  });
  return result;
}

// The features of samples beside those of real windows, training windows and independent cells.
template <class Value, class Of>
std::vector<FeatureReport> feature_reports(const std::vector<std::string>& names, Of of, std::span<const Value> real,
                                           std::span<const Value> train, std::span<const Value> samples, const Options& options) {
  const std::vector<Value> independent = independent_cells(train, options);
  const Features of_real = features(real, names.size(), of);
  const Features of_train = features(train, names.size(), of);
  const Features of_samples = features(samples, names.size(), of);
  const Features of_independent = features(std::span<const Value>(independent), names.size(), of);
  std::vector<FeatureReport> reports;
  for (std::size_t f = 0; f < names.size(); ++f) {
    if (of_real[f].empty() || of_train[f].empty() || of_samples[f].empty() || of_independent[f].empty()) continue;
    const Moments sampled(of_samples[f]);
    const Moments is_real(of_real[f]);
    reports.push_back({.name = names[f],
                       .mean = sampled.mean(),
                       .spread = sampled.spread(),
                       .real_mean = is_real.mean(),
                       .real_spread = is_real.spread(),
                       .samples = compare(of_real[f], of_samples[f]),
                       .train = compare(of_real[f], of_train[f]),
                       .independent = compare(of_real[f], of_independent[f])});
  }
  return reports;
}

// `distance(i)` is the distance of window i, of `count`, to the nearest training window; a near-copy is at most `near` away.
Novelty novelty(std::size_t count, int near, const Options& options, const std::function<int(std::size_t)>& distance) {
  std::vector<int> distances(count);
  for_each(options, "novelty", count, [&](std::size_t i) { distances[i] = distance(i); });
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
  const bool hits_only = model.config().head->output() != OutputFormat::hits_with_feel;
  SampleReport report{.samples = options.samples, .temperature = options.temperature, .feel_temperature = options.feel_temperature};
  report.features = feature_reports<DrumSequence>(
      feature_names(hits_only), [&](const DrumSequence& window) { return features_of(window, hits_only); }, windows.real, windows.train,
      samples, options);
  const auto of = [&](const std::vector<DrumSequence>& grooves) {
    constexpr int near = 5;
    return novelty(grooves.size(), near, options, [&](std::size_t i) {
      const Bits bits = hit_bits(grooves[i]);
      int least = grooves[i].steps() * kDrums;
      for (const Bits& known : windows.train_bits) least = std::min(least, hamming_distance(bits, known));
      return least;
    });
  };
  report.novelty = of(samples);
  report.real_novelty = of(windows.real);
  return report;
}

SampleReport sample_statistics(std::span<const Melody> real, std::span<const Melody> train, const Options& options,
                               const std::vector<Melody>& samples) {
  SampleReport report{.samples = options.samples, .temperature = options.temperature};
  report.features = feature_reports<Melody>(
      melody_feature_names(), [](const Melody& window) { return features_of(window); }, real, train, samples, options);
  const MelodyDistance distance(train);
  const int bars = train.front().steps() / train.front().grid().steps_per_bar();
  const auto of = [&](std::span<const Melody> melodies) {
    return novelty(melodies.size(), bars, options, [&](std::size_t i) { return distance.to_nearest(melodies[i]); });
  };
  report.novelty = of(samples);
  report.real_novelty = of(real);
  return report;
}

}  // namespace musicvae::evaluation

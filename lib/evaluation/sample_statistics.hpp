// Comparison of samples from the prior with real windows.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "for_each.hpp"
#include "measures.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/numerics/philox.hpp"
#include "windows.hpp"

namespace musicvae::evaluation {

/// The values of each feature in the windows that have it, [feature][window].
using FeatureValues = std::vector<std::vector<double>>;

/// The same of four sets of windows.
struct ComparedValues {
  FeatureValues real, train, samples, independent;
};

/// Reports of the features that every set of windows has.
[[nodiscard]] std::vector<FeatureReport> feature_reports(const std::vector<std::string>& names, const ComparedValues& values);
/// The mean values of the shares that every set of windows has.
[[nodiscard]] std::vector<ShareReport> share_reports(const std::vector<std::string>& names, const ComparedValues& values);

/// How far a window is from the nearest training window, and whether it is nearly that window.
struct Distance {
  int steps = 0;
  bool near = false;
};
[[nodiscard]] Novelty novelty_of(const std::vector<Distance>& windows);

/// Takes each cell from a randomly chosen training window of its own.
template <class Value>
[[nodiscard]] std::vector<Value> independent_cells(std::span<const Value> train, const Options& options) {
  std::vector<Value> result(static_cast<std::size_t>(options.samples), Value(train.front().steps(), train.front().grid()));
  for_each(options, "independent cells", result.size(), [&](std::size_t i) {
    std::vector<float> draws(Measures<Value>::kCells);
    for (int place = 0; place < Measures<Value>::places(result[i]); ++place) {
      numerics::RandomStream{options.seed, i, numerics::Purpose::evaluation}.uniforms(static_cast<std::uint32_t>(place) + 1, draws);
      for (int cell = 0; cell < Measures<Value>::kCells; ++cell) {
        const double at = static_cast<double>(draws[static_cast<std::size_t>(cell)]) * static_cast<double>(train.size());
        Measures<Value>::copy(train[static_cast<std::size_t>(at)], place, cell, result[i]);
      }
    }
  });
  return result;
}

template <class Value>
[[nodiscard]] FeatureValues feature_values(std::span<const Value> windows, const FeatureSet<Value>& features) {
  FeatureValues result(features.names.size());
  for (const Value& window : windows) {
    const std::vector<double> values = features.of(window);
    for (std::size_t f = 0; f < values.size(); ++f) {
      if (!std::isnan(values[f])) result[f].push_back(values[f]);
    }
  }
  return result;
}

/// `samples` is the result of prior_samples() without amounts.
template <class Value>
[[nodiscard]] SampleReport sample_statistics(const MusicVae& model, const Windows<Value>& windows,
                                             const typename Measures<Value>::Known& known, const Options& options,
                                             const std::vector<Value>& samples) {
  SampleReport report{.samples = options.samples, .temperature = options.temperature, .feel_temperature = options.feel_temperature};
  const std::vector<Value> independent = independent_cells<Value>(windows.train, options);
  const auto compared = [&](const FeatureSet<Value>& features) {
    if (features.names.empty()) return ComparedValues{};
    return ComparedValues{feature_values<Value>(windows.real, features), feature_values<Value>(windows.train, features),
                          feature_values<Value>(samples, features), feature_values<Value>(independent, features)};
  };
  const FeatureSet<Value> features = Measures<Value>::features(model.config());
  const FeatureSet<Value> shares = Measures<Value>::shares();
  report.features = feature_reports(features.names, compared(features));
  report.shares = share_reports(shares.names, compared(shares));
  const auto novelty = [&](const std::vector<Value>& values) {
    std::vector<Distance> distances(values.size());
    for_each(options, "novelty", values.size(), [&](std::size_t i) {
      const int steps = known.nearest(values[i]).distance;
      distances[i] = {steps, steps <= Measures<Value>::near(values[i])};
    });
    return novelty_of(distances);
  };
  report.novelty = novelty(samples);
  report.real_novelty = novelty(windows.real);
  return report;
}

}  // namespace musicvae::evaluation

#include "interpolation_paths.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "cells.hpp"
#include "for_each.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/numerics/philox.hpp"
#include "step_model.hpp"

namespace musicvae::evaluation {
namespace {

constexpr int points = 11;

template <class Value>
Value crossfade(const Value& first, const Value& second, double position, const numerics::RandomStream& random, std::uint32_t point) {
  std::vector<float> draws(static_cast<std::size_t>(first.steps()));
  random.uniforms(point, draws);
  Value result(first.steps(), first.grid());
  for (int step = 0; step < result.steps(); ++step) {
    const Value& from = static_cast<double>(draws[static_cast<std::size_t>(step)]) < position ? second : first;
    for (int cell = 0; cell < Cells<Value>::kPerStep; ++cell) Cells<Value>::copy(from, step, cell, result);
  }
  return result;
}

// Two real windows at random. They differ, unless there is only one.
template <class Value>
std::pair<const Value&, const Value&> random_pair(std::span<const Value> windows, const numerics::RandomStream& random) {
  std::vector<float> draws(2);
  random.uniforms(0, draws);
  const auto n = static_cast<double>(windows.size());
  const auto first = static_cast<std::size_t>(static_cast<double>(draws[0]) * n);
  const auto distance = 1 + static_cast<std::size_t>(static_cast<double>(draws[1]) * (n - 1.0));
  return {windows[first], windows[(first + distance) % windows.size()]};
}

// The latent points from one window to the other, [points][latent].
template <class Value>
std::vector<float> slerp_path(const MusicVae& model, const Value& first, const Value& second, const std::vector<double>& positions,
                              Precision precision) {
  const std::vector<float> from = model.encode(first, {}, precision).mu;
  const std::vector<float> to = model.encode(second, {}, precision).mu;
  std::vector<float> path;
  for (const double position : positions) {
    const std::vector<float> z = slerp(from, to, static_cast<float>(position));
    path.insert(path.end(), z.begin(), z.end());
  }
  return path;
}

// Appends one point to a path.
template <class Value>
void add_point(PathReport& path, const Value& value, const Value& first, const Value& second, const StepModel& step_model) {
  const double cells = static_cast<double>(value.steps()) * Cells<Value>::kPerStep;
  path.to_first.push_back(Cells<Value>::differing(value, first) / cells);
  path.to_second.push_back(Cells<Value>::differing(value, second) / cells);
  path.log_likelihood.push_back(step_model.log_likelihood(Cells<Value>::symbols(value)));
}

// The paths of one pair.
struct Paths {
  PathReport slerp, crossfade;
};

PathReport mean(const std::vector<Paths>& all, PathReport Paths::*which) {
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

template <class Value>
InterpolationReport mean_paths(const MusicVae& model, std::span<const Value> real, std::span<const Value> train, const Options& options) {
  StepModel step_model(Cells<Value>::kSymbols);
  for (const Value& window : train) step_model.learn(Cells<Value>::symbols(window));
  InterpolationReport report{.pairs = options.pairs};
  for (int i = 0; i < points; ++i) report.position.push_back(static_cast<double>(i) / (points - 1));
  std::vector<Paths> all(static_cast<std::size_t>(options.pairs));
  for_each(options, "interpolation", all.size(), [&](std::size_t pair) {
    const numerics::RandomStream random{options.seed, pair, numerics::Purpose::evaluation};
    const auto& [first, second] = random_pair(real, random);
    const std::vector<float> z = slerp_path(model, first, second, report.position, options.precision);
    Sampler sampler(model);
    for (const Value& value : sampler.decode<Value>(z, {.temperature = 0.0F})) add_point(all[pair].slerp, value, first, second, step_model);
    for (std::size_t i = 0; i < points; ++i) {
      const Value value = crossfade(first, second, report.position[i], random, static_cast<std::uint32_t>(i) + 1);
      add_point(all[pair].crossfade, value, first, second, step_model);
    }
  });
  report.slerp = mean(all, &Paths::slerp);
  report.crossfade = mean(all, &Paths::crossfade);
  return report;
}

}  // namespace

template <MusicValue Value>
InterpolationReport interpolation_paths(const MusicVae& model, std::span<const Value> real, std::span<const Value> train,
                                        const Options& options) {
  return mean_paths(model, real, train, options);
}

template InterpolationReport interpolation_paths(const MusicVae&, std::span<const DrumSequence>, std::span<const DrumSequence>,
                                                 const Options&);
template InterpolationReport interpolation_paths(const MusicVae&, std::span<const Melody>, std::span<const Melody>, const Options&);

}  // namespace musicvae::evaluation

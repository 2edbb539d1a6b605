// What lies on the path from one window to another.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "for_each.hpp"
#include "measures.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/numerics/philox.hpp"
#include "step_model.hpp"

namespace musicvae::evaluation {

/// The paths of one pair.
struct Paths {
  PathReport slerp, crossfade;
};

/// The positions on a path, 0 to 1.
[[nodiscard]] std::vector<double> path_positions();
/// The indices of two of `windows` windows at random. They differ, unless there is only one.
[[nodiscard]] std::pair<std::size_t, std::size_t> random_pair(std::size_t windows, const numerics::RandomStream& random);
/// The latent points from one window's mu to the other's, [points][latent].
[[nodiscard]] std::vector<float> slerp_path(const std::vector<float>& from, const std::vector<float>& to,
                                            const std::vector<double>& positions);
/// The mean over all pairs.
[[nodiscard]] PathReport mean_path(const std::vector<Paths>& all, PathReport Paths::*which);

/// Takes each place from the second window with the probability `position`.
template <class Value>
[[nodiscard]] Value crossfade(const Value& first, const Value& second, double position, const numerics::RandomStream& random,
                              std::uint32_t point) {
  std::vector<float> draws(static_cast<std::size_t>(Measures<Value>::places(first)));
  random.uniforms(point, draws);
  Value result(first.steps(), first.grid());
  for (std::size_t place = 0; place < draws.size(); ++place) {
    const Value& from = static_cast<double>(draws[place]) < position ? second : first;
    for (int cell = 0; cell < Measures<Value>::kCells; ++cell) Measures<Value>::copy(from, static_cast<int>(place), cell, result);
  }
  return result;
}

/// A 5-gram model of each voice of a kind of music.
template <class Value>
class VoiceModels {
 public:
  explicit VoiceModels(std::span<const Value> windows) {
    for (const std::uint32_t symbols : Measures<Value>::kVoices) models_.emplace_back(symbols);
    for (const Value& window : windows) {
      const auto symbols = Measures<Value>::symbols(window);
      for (std::size_t voice = 0; voice < models_.size(); ++voice) models_[voice].learn(symbols[voice]);
    }
  }
  /// The sum over the voices of log p, nats per symbol.
  [[nodiscard]] double log_likelihood(const Value& window) const {
    const auto symbols = Measures<Value>::symbols(window);
    double sum = 0.0;
    for (std::size_t voice = 0; voice < models_.size(); ++voice) sum += models_[voice].log_likelihood(symbols[voice]);
    return sum;
  }

 private:
  std::vector<StepModel> models_;
};

/// Interpolates between Options::pairs random pairs of real windows, in the latent space and in the data.
template <MusicValue Value>
[[nodiscard]] InterpolationReport interpolation_paths(const MusicVae& model, std::span<const Value> real, std::span<const Value> train,
                                                      const Options& options) {
  const VoiceModels<Value> voices(train);
  InterpolationReport report{.pairs = options.pairs, .position = path_positions()};
  std::vector<Paths> all(static_cast<std::size_t>(options.pairs));
  for_each(options, "interpolation", all.size(), [&](std::size_t pair) {
    const numerics::RandomStream random{options.seed, pair, numerics::Purpose::evaluation};
    const std::pair<std::size_t, std::size_t> ends = random_pair(real.size(), random);
    const Value& first = real[ends.first];
    const Value& second = real[ends.second];
    const auto add_point = [&](PathReport& path, const Value& value) {
      path.to_first.push_back(Measures<Value>::difference(value, first));
      path.to_second.push_back(Measures<Value>::difference(value, second));
      path.log_likelihood.push_back(voices.log_likelihood(value));
    };
    const std::vector<float> z =
        slerp_path(model.encode(first, {}, options.precision).mu, model.encode(second, {}, options.precision).mu, report.position);
    Sampler sampler(model);
    for (const Value& value : sampler.decode<Value>(z, {.temperature = 0.0F})) add_point(all[pair].slerp, value);
    for (std::size_t i = 0; i < report.position.size(); ++i) {
      add_point(all[pair].crossfade, crossfade(first, second, report.position[i], random, static_cast<std::uint32_t>(i) + 1));
    }
  });
  report.slerp = mean_path(all, &Paths::slerp);
  report.crossfade = mean_path(all, &Paths::crossfade);
  return report;
}

}  // namespace musicvae::evaluation

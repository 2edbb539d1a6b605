#include "interpolation_paths.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "for_each.hpp"
#include "hit_bits.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/latent/interpolate.hpp"
#include "musicvae/numerics/philox.hpp"
#include "step_model.hpp"

namespace musicvae::evaluation {
namespace {

constexpr int points = 11;

DrumSequence crossfade(const DrumSequence& first, const DrumSequence& second, double position, const numerics::RandomStream& random,
                       std::uint32_t point) {
  std::vector<float> draws(static_cast<std::size_t>(first.steps()));
  random.uniforms(point, draws);
  DrumSequence result(first.steps(), first.grid());
  for (int step = 0; step < result.steps(); ++step) {
    const DrumSequence& from = static_cast<double>(draws[static_cast<std::size_t>(step)]) < position ? second : first;
    for (int d = 0; d < kDrums; ++d) {
      const Cell& cell = from.at(step, static_cast<Drum>(d));
      if (cell.hit) result.set(step, static_cast<Drum>(d), cell.velocity, cell.offset);
    }
  }
  return result;
}

// Two real windows at random. They differ, unless there is only one.
std::pair<const DrumSequence&, const DrumSequence&> random_pair(const std::vector<DrumSequence>& windows,
                                                                const numerics::RandomStream& random) {
  std::vector<float> draws(2);
  random.uniforms(0, draws);
  const auto n = static_cast<double>(windows.size());
  const auto first = static_cast<std::size_t>(static_cast<double>(draws[0]) * n);
  const auto distance = 1 + static_cast<std::size_t>(static_cast<double>(draws[1]) * (n - 1.0));
  return {windows[first], windows[(first + distance) % windows.size()]};
}

// The latent points from one window to the other, [points][latent].
std::vector<float> slerp_path(const MusicVae& model, const DrumSequence& first, const DrumSequence& second,
                              const std::vector<double>& positions, Precision precision) {
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
void add_point(PathReport& path, const DrumSequence& groove, const DrumSequence& first, const DrumSequence& second,
               const StepModel& step_model) {
  const double cells = static_cast<double>(groove.steps()) * kDrums;
  const Bits bits = hit_bits(groove);
  path.to_first.push_back(hamming_distance(bits, hit_bits(first)) / cells);
  path.to_second.push_back(hamming_distance(bits, hit_bits(second)) / cells);
  path.log_likelihood.push_back(step_model.log_likelihood(groove));
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

}  // namespace

InterpolationReport interpolation_paths(const MusicVae& model, const Windows& windows, const Options& options) {
  StepModel step_model;
  for (const DrumSequence& window : windows.train) step_model.learn(window);
  InterpolationReport report{.pairs = options.pairs};
  for (int i = 0; i < points; ++i) report.position.push_back(static_cast<double>(i) / (points - 1));
  std::vector<Paths> all(static_cast<std::size_t>(options.pairs));
  for_each(options, "interpolation", all.size(), [&](std::size_t pair) {
    const numerics::RandomStream random{options.seed, pair, numerics::Purpose::evaluation};
    const auto& [first, second] = random_pair(windows.real, random);
    const std::vector<float> z = slerp_path(model, first, second, report.position, options.precision);
    Sampler sampler(model);
    for (const DrumSequence& groove : sampler.decode(z, {.temperature = 0.0F}))
      add_point(all[pair].slerp, groove, first, second, step_model);
    for (std::size_t i = 0; i < points; ++i) {
      const DrumSequence groove = crossfade(first, second, report.position[i], random, static_cast<std::uint32_t>(i) + 1);
      add_point(all[pair].crossfade, groove, first, second, step_model);
    }
  });
  report.slerp = mean(all, &Paths::slerp);
  report.crossfade = mean(all, &Paths::crossfade);
  return report;
}

}  // namespace musicvae::evaluation

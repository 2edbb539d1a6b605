// Interpolation between two windows.
#include "musicvae/engine/interpolate.hpp"

#include <cstddef>

#include "musicvae/engine/philox.hpp"
#include "musicvae/engine/sampler.hpp"
#include "parts.hpp"
#include "step_model.hpp"

namespace musicvae::evaluation {
namespace {

constexpr int points = 11;

DrumSequence crossfade(const DrumSequence& first, const DrumSequence& second, double position, const engine::RandomStream& random,
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

// The paths of one pair, [points].
struct Paths {
  PathReport slerp, crossfade;
};

void add(PathReport& path, const DrumSequence& groove, const DrumSequence& first, const DrumSequence& second, const StepModel& likely) {
  const double cells = static_cast<double>(groove.steps()) * kDrums;
  const Bits bits = hit_bits(groove);
  path.to_first.push_back(distance(bits, hit_bits(first)) / cells);
  path.to_second.push_back(distance(bits, hit_bits(second)) / cells);
  path.log_likelihood.push_back(likely.log_likelihood(groove));
}

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

InterpolationReport interpolation(const MusicVae& model, const Windows& windows, const Options& options) {
  StepModel likely;
  for (const DrumSequence& window : windows.train) likely.learn(window);
  InterpolationReport report{.pairs = options.pairs};
  for (int i = 0; i < points; ++i) report.position.push_back(static_cast<double>(i) / (points - 1));
  std::vector<Paths> all(static_cast<std::size_t>(options.pairs));
  for_each(options, "interpolation", all.size(), [&](std::size_t pair) {
    const engine::RandomStream random{options.seed, pair, engine::Purpose::evaluation};
    std::vector<float> draws(2);
    random.uniforms(0, draws);
    const auto n = static_cast<double>(windows.real.size());
    const auto at = static_cast<std::size_t>(static_cast<double>(draws[0]) * n);
    // A different window from the first, if there is one.
    const auto step = 1 + static_cast<std::size_t>(static_cast<double>(draws[1]) * (n - 1.0));
    const DrumSequence& first = windows.real[at];
    const DrumSequence& second = windows.real[(at + step) % windows.real.size()];
    const std::vector<float> from = model.encode(first).mu;
    const std::vector<float> to = model.encode(second).mu;
    std::vector<float> z;
    for (const double position : report.position) {
      const std::vector<float> point = slerp(from, to, static_cast<float>(position));
      z.insert(z.end(), point.begin(), point.end());
    }
    Sampler sampler(model);
    for (const DrumSequence& groove : sampler.decode(z, {.temperature = 0.0F})) add(all[pair].slerp, groove, first, second, likely);
    for (std::size_t i = 0; i < points; ++i) {
      const DrumSequence groove = crossfade(first, second, report.position[i], random, static_cast<std::uint32_t>(i) + 1);
      add(all[pair].crossfade, groove, first, second, likely);
    }
  });
  report.slerp = mean(all, &Paths::slerp);
  report.crossfade = mean(all, &Paths::crossfade);
  return report;
}

}  // namespace musicvae::evaluation

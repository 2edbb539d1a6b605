#include "musicvae/engine/interpolate.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "musicvae/engine/exact.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/rounded.hpp"

namespace musicvae {
namespace {

void check_interpolation(std::span<const float> from, std::span<const float> to, float t) {
  if (from.size() != to.size()) {
    throw ArgumentError("interpolation: the two ends have " + std::to_string(from.size()) + " and " + std::to_string(to.size()) +
                        " numbers; take both from one model");
  }
  if (!(t >= 0.0F && t <= 1.0F))
    throw ArgumentError("interpolation: position " + std::to_string(t) + " is outside; use 0 (from) to 1 (to)");
}

// from * a + to * b. At t = 0 and 1 it returns the ends themselves, because rounding must not move them.
std::vector<float> blend_points(std::span<const float> from, double a, std::span<const float> to, double b, float t) {
  if (t == 0.0F) return {from.begin(), from.end()};
  if (t == 1.0F) return {to.begin(), to.end()};
  std::vector<float> result(from.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = static_cast<float>(rounded(static_cast<double>(from[i]) * a) + rounded(static_cast<double>(to[i]) * b));
  }
  return result;
}

}  // namespace

std::vector<float> lerp(std::span<const float> from, std::span<const float> to, float t) {
  check_interpolation(from, to, t);
  return blend_points(from, 1.0 - static_cast<double>(t), to, static_cast<double>(t), t);
}

std::vector<float> slerp(std::span<const float> from, std::span<const float> to, float t) {
  check_interpolation(from, to, t);
  double dot = 0.0;
  double from_square = 0.0;
  double to_square = 0.0;
  for (std::size_t i = 0; i < from.size(); ++i) {  // products of two floats are exact in double
    dot += static_cast<double>(from[i]) * static_cast<double>(to[i]);
    from_square += static_cast<double>(from[i]) * static_cast<double>(from[i]);
    to_square += static_cast<double>(to[i]) * static_cast<double>(to[i]);
  }
  const double lengths = std::sqrt(from_square) * std::sqrt(to_square);
  const double cosine = lengths > 0.0 ? dot / lengths : 1.0;
  constexpr double nearly_parallel = 1.0 - 1e-9;
  if (!(std::abs(cosine) < nearly_parallel)) return lerp(from, to, t);
  const double angle = engine::exact::acos_turns(cosine);
  const double sine = engine::exact::sin_turns(angle);
  const double position = static_cast<double>(t);
  return blend_points(from, engine::exact::sin_turns((1.0 - position) * angle) / sine, to,
                      engine::exact::sin_turns(position * angle) / sine, t);
}

Interpolation interpolation_from_name(std::string_view name) {
  if (name == "slerp") return Interpolation::slerp;
  if (name == "lerp") return Interpolation::lerp;
  throw ArgumentError("interpolation: no method is called \"" + std::string(name) + "\"; use slerp or lerp");
}

std::vector<float> interpolate(std::span<const float> from, std::span<const float> to, int steps, Interpolation method) {
  if (steps < 2) throw ArgumentError("interpolate: " + std::to_string(steps) + " steps; use 2 or more, both ends included");
  std::vector<float> points;
  points.reserve(static_cast<std::size_t>(steps) * from.size());
  for (int i = 0; i < steps; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(steps - 1);
    const std::vector<float> point = method == Interpolation::slerp ? slerp(from, to, t) : lerp(from, to, t);
    points.insert(points.end(), point.begin(), point.end());
  }
  return points;
}

std::vector<DrumSequence> interpolate(Sampler& sampler, const DrumSequence& from, const DrumSequence& to, int steps, Interpolation method,
                                      const DecodeOptions& options) {
  const auto text = [](const DrumSequence& groove) {
    const Grid& grid = groove.grid();
    return std::to_string(groove.steps()) + " steps (" + std::to_string(grid.beats_per_bar) + "/" + std::to_string(grid.beat_unit) + ", " +
           std::to_string(grid.steps_per_quarter) + " a quarter)";
  };
  if (from.grid() != to.grid() || from.steps() == 0 || to.steps() == 0) {
    throw ArgumentError("interpolate: the one end has " + text(from) + ", the other " + text(to) +
                        "; bring both to one grid and give each at least one step");
  }
  const int length = std::max(from.steps(), to.steps());
  const DrumSequence first = from.repeated(length);
  const DrumSequence last = to.repeated(length);
  const MusicVae& model = sampler.model();
  const std::vector<float> z = interpolate(model.encode(first).mu, model.encode(last).mu, steps, method);
  std::vector<float> controls;
  for (int i = 0; i < steps; ++i) {
    const std::vector<float> control = control_rows(model.config(), 2 * i < steps ? first : last);
    controls.insert(controls.end(), control.begin(), control.end());
  }
  std::vector<DrumSequence> grooves = sampler.decode(z, options, {.controls = controls});
  for (DrumSequence& groove : grooves) groove = groove.slice(0, length);
  return grooves;
}

}  // namespace musicvae

#include "musicvae/latent/interpolate.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/numerics/exact.hpp"
#include "musicvae/numerics/rounded.hpp"

namespace musicvae {
namespace {

void check_interpolation(std::span<const float> from, std::span<const float> to, float t) {
  if (from.size() != to.size()) {
    throw ArgumentError("interpolation: the two ends have " + std::to_string(from.size()) + " and " + std::to_string(to.size()) +
                        " numbers; take both from one model");
  }
  if (!(t >= 0.0F && t <= 1.0F))
    throw ArgumentError("interpolation: position " + std::to_string(t) + " is out of range; use 0 (from) to 1 (to)");
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
  const double angle = numerics::exact::acos_turns(cosine);
  const double sine = numerics::exact::sin_turns(angle);
  const double position = static_cast<double>(t);
  return blend_points(from, numerics::exact::sin_turns((1.0 - position) * angle) / sine, to,
                      numerics::exact::sin_turns(position * angle) / sine, t);
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

namespace detail {

void check_ends(const Grid& from, int from_steps, const Grid& to, int to_steps) {
  if (from == to && from_steps > 0 && to_steps > 0) return;
  const auto text = [](const Grid& grid, int steps) {
    return std::to_string(steps) + " steps (" + std::to_string(grid.beats_per_bar) + "/" + std::to_string(grid.beat_unit) + ", " +
           std::to_string(grid.steps_per_quarter) + " per quarter note)";
  };
  throw ArgumentError("interpolate: one end has " + text(from, from_steps) + ", the other " + text(to, to_steps) +
                      "; convert both to one grid, and give each at least one step");
}

}  // namespace detail
}  // namespace musicvae

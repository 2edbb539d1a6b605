// Ways between two points of the latent space.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/exact.hpp"
#include "musicvae/error.hpp"

namespace musicvae {

namespace detail {
inline void check_interpolation(std::span<const float> from, std::span<const float> to, float t) {
  if (from.size() != to.size()) {
    throw ArgumentError("interpolation: the two ends have " + std::to_string(from.size()) + " and " + std::to_string(to.size()) +
                        " numbers; take both from one model");
  }
  if (!(t >= 0.0F && t <= 1.0F))
    throw ArgumentError("interpolation: position " + std::to_string(t) + " is outside; use 0 (from) to 1 (to)");
}

// from * a + to * b, with the ends themselves at t = 0 and 1: rounding must not move them.
[[nodiscard]] inline std::vector<float> blend(std::span<const float> from, double a, std::span<const float> to, double b, float t) {
  if (t == 0.0F) return {from.begin(), from.end()};
  if (t == 1.0F) return {to.begin(), to.end()};
  std::vector<float> result(from.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = static_cast<float>(engine::rounded(static_cast<double>(from[i]) * a) + engine::rounded(static_cast<double>(to[i]) * b));
  }
  return result;
}
}  // namespace detail

/// The straight way: from at t = 0, to at t = 1, exactly. Throws ArgumentError for unequal sizes or t outside 0..1.
[[nodiscard]] inline std::vector<float> lerp(std::span<const float> from, std::span<const float> to, float t) {
  detail::check_interpolation(from, to, t);
  return detail::blend(from, 1.0 - static_cast<double>(t), to, static_cast<double>(t), t);
}

/// The way on the great circle (Shoemake 1985), which keeps to lengths that a normal prior makes likely: from at t = 0, to at
/// t = 1, exactly. Where no one great circle joins the ends (parallel, opposite or zero) it is lerp. Throws as lerp does.
[[nodiscard]] inline std::vector<float> slerp(std::span<const float> from, std::span<const float> to, float t) {
  detail::check_interpolation(from, to, t);
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
  return detail::blend(from, engine::exact::sin_turns((1.0 - position) * angle) / sine, to,
                       engine::exact::sin_turns(position * angle) / sine, t);
}

}  // namespace musicvae

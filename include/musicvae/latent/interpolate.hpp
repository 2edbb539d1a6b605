// Interpolation between two points of the latent space.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/enum_names.hpp"
#include "musicvae/sequence/grid.hpp"

namespace musicvae {

/// Linear interpolation: exactly `from` at t = 0, and exactly `to` at t = 1. Throws ArgumentError for unequal sizes or t outside 0..1.
[[nodiscard]] std::vector<float> lerp(std::span<const float> from, std::span<const float> to, float t);

/// Spherical interpolation along the great circle (Shoemake 1985), which keeps to lengths that are likely under a normal prior: exactly
/// `from` at t = 0, and exactly `to` at t = 1. If no single great circle joins the ends (parallel, opposite or zero), it is lerp. Throws as
/// lerp does.
[[nodiscard]] std::vector<float> slerp(std::span<const float> from, std::span<const float> to, float t);

/// The method of interpolation.
enum class Interpolation { slerp, lerp };

/// The names of the methods on the command line.
template <>
struct EnumNames<Interpolation> {
  static constexpr std::array<std::string_view, 2> names = {"slerp", "lerp"};
  static constexpr std::string_view what = "interpolation method";
};

/// Equally spaced points from one point to another, [steps, latent]. The first and the last are the ends, bit for bit. Throws ArgumentError
/// for fewer than 2 steps and for ends of unequal sizes.
[[nodiscard]] std::vector<float> interpolate(std::span<const float> from, std::span<const float> to, int steps,
                                             Interpolation method = Interpolation::slerp);

namespace detail {

/// Throws ArgumentError unless both ends have steps and are on one grid.
void check_ends(const Grid& from, int from_steps, const Grid& to, int to_steps);

}  // namespace detail

/// `steps` values, such as grooves, decoded from points between the mu of one value and the mu of another. Each is as long as the longer
/// end; the shorter end is repeated. The first and the last are the reconstructions of the ends. If the model's control track is the hits
/// (task hits_control), it has the hits of the nearer end. Throws ArgumentError for ends that differ in grid or have no steps, and as
/// interpolate above, MusicVae::encode and Sampler::decode do.
template <MusicValue Value>
[[nodiscard]] std::vector<Value> interpolate(Sampler& sampler, const Value& from, const Value& to, int steps,
                                             Interpolation method = Interpolation::slerp, const DecodeOptions& options = {}) {
  detail::check_ends(from.grid(), from.steps(), to.grid(), to.steps());
  const int length = std::max(from.steps(), to.steps());
  const Value first = from.repeated(length);
  const Value last = to.repeated(length);
  const MusicVae& model = sampler.model();
  const std::vector<float> z = interpolate(model.encode(first).mu, model.encode(last).mu, steps, method);
  std::vector<float> controls;
  for (int i = 0; i < steps; ++i) {
    const std::vector<float> control = control_rows(model.config(), 2 * i < steps ? first : last);
    controls.insert(controls.end(), control.begin(), control.end());
  }
  std::vector<Value> values = sampler.decode<Value>(z, options.with_default_temperature(0.0F), {.controls = controls});
  for (Value& value : values) value = value.slice(0, length);
  return values;
}

}  // namespace musicvae

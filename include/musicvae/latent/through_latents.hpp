// Encodes a value, changes its points in the latent space and decodes them again. reconstruct and shift_attributes share this.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"

namespace musicvae::detail {

/// Encodes a value, such as a groove, window by window to mu, calls `change(z)` for the points of all windows [n, latent], and decodes them.
/// `what` names the caller in errors.
template <MusicValue Value, class Change>
[[nodiscard]] Value through_latents(Sampler& sampler, const Value& value, const DecodeOptions& options, const std::string& what,
                                    Change change) {
  if (value.steps() == 0) throw ArgumentError(what + ": the groove has no steps; give at least one bar");
  const int window = sampler.model().config().steps;
  std::vector<float> z;
  std::vector<float> controls;
  for (int first = 0; first < value.steps(); first += window) {
    const Value part = value.slice(first, std::min(window, value.steps() - first));
    const Latents latents = sampler.model().encode(part);
    const std::vector<float> control = control_rows(sampler.model().config(), part);
    controls.insert(controls.end(), control.begin(), control.end());
    z.insert(z.end(), latents.mu.begin(), latents.mu.end());
  }
  change(std::span<float>(z));
  Value result(0, value.grid());
  for (const Value& part : sampler.decode<Value>(z, options.with_usual(0.0F).of_groove(0), {.controls = controls})) {
    result.append(part.slice(0, std::min(window, value.steps() - result.steps())));
  }
  return result;
}

}  // namespace musicvae::detail

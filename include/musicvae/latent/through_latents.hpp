// Encodes a value, changes its points in the latent space and decodes them again. reconstruct and shift_attributes share this.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/engine/tasks.hpp"

namespace musicvae::detail {

/// Encodes a value, such as a groove, window by window to mu, calls `change(z)` for the points of all windows [n, latent], and decodes
/// them. `what` names the caller in errors.
template <MusicValue Value, class Change>
[[nodiscard]] Value through_latents(Sampler& sampler, const Value& value, const DecodeOptions& options, const std::string& what,
                                    Change change) {
  const std::vector<Value> windows = windows_of(sampler.model(), what.c_str(), value);
  std::vector<float> controls;
  for (const Value& window : windows) {
    const std::vector<float> control = control_rows(sampler.model().config(), window);
    controls.insert(controls.end(), control.begin(), control.end());
  }
  std::vector<float> z = sampler.model().encode(windows, {.threads = options.threads}).mu;
  change(std::span<float>(z));
  return joined(sampler.decode<Value>(z, options.with_default_temperature(0.0F).of_groove(0), {.controls = controls}), value.steps());
}

}  // namespace musicvae::detail

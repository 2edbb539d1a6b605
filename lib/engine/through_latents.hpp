// Encodes a groove, changes its points in the latent space and decodes them again. reconstruct and move_groove share this.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::detail {

/// Encodes `groove` window by window to mu, calls `change(z)` for the points of all windows [n, latent], and decodes them. `what` names the
/// caller in errors.
template <class Change>
[[nodiscard]] DrumSequence through_latents(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options,
                                           const std::string& what, Change change) {
  if (groove.steps() == 0) throw ArgumentError(what + ": the groove has no steps; give at least one bar");
  const int window = sampler.model().config().steps;
  std::vector<float> z;
  std::vector<float> controls;
  for (int first = 0; first < groove.steps(); first += window) {
    const DrumSequence part = groove.slice(first, std::min(window, groove.steps() - first));
    const Latents latents = sampler.model().encode(part);
    const std::vector<float> control = control_rows(sampler.model().config(), part);
    controls.insert(controls.end(), control.begin(), control.end());
    z.insert(z.end(), latents.mu.begin(), latents.mu.end());
  }
  change(std::span<float>(z));
  DrumSequence result(0, groove.grid());
  for (const DrumSequence& part : sampler.decode(z, options.of_groove(0), {.controls = controls})) {
    result.append(part.slice(0, std::min(window, groove.steps() - result.steps())));
  }
  return result;
}

}  // namespace musicvae::detail

// Reconstruct: a groove through the model and back.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

namespace detail {

/// Window by window to mu, `change(z)` of all windows' points [n, latent], and back. `what` names the caller in errors.
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

}  // namespace detail

/// What the model makes of `groove`: window by window from its first step, each encoded to mu and decoded again; a last window
/// that is not full is encoded and decoded at its own length. The result has as many steps as `groove`. `options.bars` is not
/// used. Throws ArgumentError for an empty groove, one on another grid than the model's, and as Sampler::decode does.
[[nodiscard]] inline DrumSequence reconstruct(Sampler& sampler, const DrumSequence& groove,
                                              const DecodeOptions& options = {.temperature = 0.0F}) {
  return detail::through_latents(sampler, groove, options, "reconstruct", [](std::span<float>) {});
}

}  // namespace musicvae

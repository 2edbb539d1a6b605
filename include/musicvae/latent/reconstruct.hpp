// reconstruct: encodes a groove and decodes it again.
#pragma once

#include <span>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/latent/through_latents.hpp"

namespace musicvae {

/// Reconstructs a value, such as a groove, window by window from its first step. Each window is encoded to mu and decoded again. A last
/// window that is not full is encoded at its own length, and as many of the decoded steps are kept. The result has as many steps as
/// `value`. `options.bars` is not used. Throws ArgumentError for an empty value, a value on another grid than the model's, and as
/// Sampler::decode does.
template <MusicValue Value>
[[nodiscard]] Value reconstruct(Sampler& sampler, const Value& value, const DecodeOptions& options = {}) {
  return detail::through_latents(sampler, value, options, "reconstruct", [](std::span<float>) {});
}

}  // namespace musicvae

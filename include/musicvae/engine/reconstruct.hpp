// reconstruct: encodes a groove and decodes it again.
#pragma once

#include "musicvae/engine/sampler.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// Reconstructs `groove` window by window from its first step. Each window is encoded to mu and decoded again. A last window that is not
/// full is encoded at its own length, and as many of the decoded steps are kept. The result has as many steps as `groove`. `options.bars`
/// is not used. Throws ArgumentError for an empty groove, a groove on another grid than the model's, and as Sampler::decode does.
[[nodiscard]] DrumSequence reconstruct(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options = {.temperature = 0.0F});

}  // namespace musicvae

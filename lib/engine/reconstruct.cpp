#include "musicvae/engine/reconstruct.hpp"

#include <span>

#include "engine/through_latents.hpp"

namespace musicvae {

DrumSequence reconstruct(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options) {
  return detail::through_latents(sampler, groove, options, "reconstruct", [](std::span<float>) {});
}

}  // namespace musicvae

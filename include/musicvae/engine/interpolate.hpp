// Ways between two points of the latent space.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// The straight way: from at t = 0, to at t = 1, exactly. Throws ArgumentError for unequal sizes or t outside 0..1.
[[nodiscard]] std::vector<float> lerp(std::span<const float> from, std::span<const float> to, float t);

/// The way on the great circle (Shoemake 1985), which keeps to lengths that a normal prior makes likely: from at t = 0, to at
/// t = 1, exactly. Where no one great circle joins the ends (parallel, opposite or zero) it is lerp. Throws as lerp does.
[[nodiscard]] std::vector<float> slerp(std::span<const float> from, std::span<const float> to, float t);

/// Which way to go.
enum class Interpolation { slerp, lerp };

/// The way called `name`. Throws ArgumentError that lists the names.
[[nodiscard]] Interpolation interpolation_from_name(std::string_view name);

/// Points at equal distances on the way from one point to another, [steps, latent]: the first and the last are the ends, bit for bit.
/// Throws ArgumentError for fewer than 2 steps and for ends of unequal sizes.
[[nodiscard]] std::vector<float> interpolate(std::span<const float> from, std::span<const float> to, int steps,
                                             Interpolation method = Interpolation::slerp);

/// `steps` grooves on the way from the mu of one groove to that of another, each as long as the longer of them; the shorter one is repeated.
/// The first and the last are what the model makes of the ends. Hits that are a model's control track (task hits_control) are those of the
/// nearer end. Throws ArgumentError for ends that differ in grid or have no steps, and as interpolate above, MusicVae::encode and
/// Sampler::decode do.
[[nodiscard]] std::vector<DrumSequence> interpolate(Sampler& sampler, const DrumSequence& from, const DrumSequence& to, int steps,
                                                    Interpolation method = Interpolation::slerp,
                                                    const DecodeOptions& options = {.temperature = 0.0F});

}  // namespace musicvae

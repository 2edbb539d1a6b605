// Interpolation between two points of the latent space.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// Linear interpolation: exactly `from` at t = 0, and exactly `to` at t = 1. Throws ArgumentError for unequal sizes or t outside 0..1.
[[nodiscard]] std::vector<float> lerp(std::span<const float> from, std::span<const float> to, float t);

/// Spherical interpolation along the great circle (Shoemake 1985), which keeps to lengths that are likely under a normal prior: exactly
/// `from` at t = 0, and exactly `to` at t = 1. If no single great circle joins the ends (parallel, opposite or zero), it is lerp. Throws as
/// lerp does.
[[nodiscard]] std::vector<float> slerp(std::span<const float> from, std::span<const float> to, float t);

/// The method of interpolation.
enum class Interpolation { slerp, lerp };

/// The method called `name`. Throws an ArgumentError that lists the names.
[[nodiscard]] Interpolation interpolation_from_name(std::string_view name);

/// Equally spaced points from one point to another, [steps, latent]. The first and the last are the ends, bit for bit. Throws ArgumentError
/// for fewer than 2 steps and for ends of unequal sizes.
[[nodiscard]] std::vector<float> interpolate(std::span<const float> from, std::span<const float> to, int steps,
                                             Interpolation method = Interpolation::slerp);

/// `steps` grooves, decoded from points between the mu of one groove and the mu of another. Each is as long as the longer groove; the
/// shorter groove is repeated. The first and the last are the reconstructions of the ends. If the model's control track is the hits (task
/// hits_control), it has the hits of the nearer end. Throws ArgumentError for ends that differ in grid or have no steps, and as interpolate
/// above, MusicVae::encode and Sampler::decode do.
[[nodiscard]] std::vector<DrumSequence> interpolate(Sampler& sampler, const DrumSequence& from, const DrumSequence& to, int steps,
                                                    Interpolation method = Interpolation::slerp,
                                                    const DecodeOptions& options = {.temperature = 0.0F});

}  // namespace musicvae

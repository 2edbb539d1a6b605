// What lies on the path from one window to another.
#pragma once

#include <span>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"

namespace musicvae::evaluation {

/// Interpolates between Options::pairs random pairs of real windows, in the latent space and in the data. For grooves and melodies.
template <MusicValue Value>
[[nodiscard]] InterpolationReport interpolation_paths(const MusicVae& model, std::span<const Value> real, std::span<const Value> train,
                                                      const Options& options);

}  // namespace musicvae::evaluation

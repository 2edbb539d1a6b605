// What lies on the path from one window to another.
#pragma once

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "windows.hpp"

namespace musicvae::evaluation {

/// Interpolates between Options::pairs random pairs of real windows, in the latent space and in the data.
[[nodiscard]] InterpolationReport interpolation_paths(const MusicVae& model, const Windows& windows, const Options& options);

}  // namespace musicvae::evaluation

// How well a model reconstructs windows.
#pragma once

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "windows.hpp"

namespace musicvae::evaluation {

/// Encodes the real windows and decodes them again, from z = mu and from z ~ q(z | x).
[[nodiscard]] ReconstructionReport reconstruction_scores(const MusicVae& model, const Windows<DrumSequence>& windows,
                                                         const Options& options);

}  // namespace musicvae::evaluation

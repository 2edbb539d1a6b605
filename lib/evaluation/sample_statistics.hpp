// Comparison of grooves sampled from the prior with real ones.
#pragma once

#include <vector>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "windows.hpp"

namespace musicvae::evaluation {

/// `samples` is the result of prior_samples() without amounts.
[[nodiscard]] SampleReport sample_statistics(const MusicVae& model, const Windows& windows, const Options& options,
                                             const std::vector<DrumSequence>& samples);

}  // namespace musicvae::evaluation

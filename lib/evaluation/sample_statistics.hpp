// Comparison of samples from the prior with real windows.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/melody.hpp"
#include "windows.hpp"

namespace musicvae::evaluation {

/// `samples` is the result of prior_samples() without amounts.
[[nodiscard]] SampleReport sample_statistics(const MusicVae& model, const Windows& windows, const Options& options,
                                             const std::vector<DrumSequence>& samples);

/// The same for melodies.
[[nodiscard]] SampleReport sample_statistics(std::span<const Melody> real, std::span<const Melody> train, const Options& options,
                                             const std::vector<Melody>& samples);

}  // namespace musicvae::evaluation

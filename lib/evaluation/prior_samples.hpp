// Samples from the prior.
#pragma once

#include <string>
#include <vector>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::evaluation {

/// Samples Options::samples grooves, or melodies, from the prior. `amounts` moves their latent points along Options::attributes. The same
/// seed draws the same latent points. Progress is reported as `stage`.
template <MusicValue Value = DrumSequence>
[[nodiscard]] std::vector<Value> prior_samples(const MusicVae& model, const Options& options, const std::string& stage,
                                               const Amounts& amounts = {});

}  // namespace musicvae::evaluation

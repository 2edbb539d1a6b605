// The effect of attributes on samples.
#pragma once

#include <vector>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "windows.hpp"

namespace musicvae::evaluation {

/// One report per attribute of Options::attributes. `plain` is the result of prior_samples() without amounts.
[[nodiscard]] std::vector<AttributeReport> attribute_effect(const MusicVae& model, const Windows& windows, const Options& options,
                                                            const std::vector<DrumSequence>& plain);

}  // namespace musicvae::evaluation

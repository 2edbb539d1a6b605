// How well a model performs its task, next to baselines.
#pragma once

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "windows.hpp"

namespace musicvae::evaluation {

/// Scores the model and the baselines on the real windows. The model's task is humanize, tap, add_closed_hihat or infill.
[[nodiscard]] TaskReport task_scores(const MusicVae& model, const Windows<DrumSequence>& windows, const Options& options);

}  // namespace musicvae::evaluation

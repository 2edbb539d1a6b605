// The check of an evaluation's options and dataset that all kinds of music share.
#pragma once

#include "musicvae/data/window_set.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"

namespace musicvae::evaluation {

/// Throws ArgumentError for values out of range, and for windows of another length than the model's.
void check_options(const MusicVae& model, const data::WindowSet& set, const Options& options);

}  // namespace musicvae::evaluation

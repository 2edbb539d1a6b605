// Windows that are encoded and decoded again, for the scores of reconstruction of any kind of music.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"

namespace musicvae::evaluation {

/// One real window, decoded again from one latent point. The rows are [steps, output_depth].
struct DecodedWindow {
  std::size_t index = 0;                ///< of the window
  bool from_mean = true;                ///< from z = mu; otherwise from z ~ q(z | x)
  std::span<const float> logits;        ///< teacher-forced
  std::span<const float> target;        ///< the true rows
  std::span<const float> free_running;  ///< the rows that the model decodes from its own rows, at temperature 0
};

/// What the posteriors of all windows have in common.
struct PosteriorStatistics {
  double kl = 0.0;       ///< KL(q(z | x) || N(0, I)), nats, mean over the windows
  int active_units = 0;  ///< as ReconstructionReport::active_units
};

/// The rows of each window, of a width that the model's representation takes, by index. Any thread may call it.
using RowsOfWindow = std::function<std::vector<float>(std::size_t)>;

/// Encodes `n` windows of the model's length, decodes them from z = mu and from z ~ q(z | x), one draw per window, and calls `take` with
/// each result, on Options::threads threads: twice per window, first from mu.
PosteriorStatistics decode_windows(const MusicVae& model, std::size_t n, const RowsOfWindow& rows, const Options& options,
                                   const std::function<void(const DecodedWindow&)>& take);

}  // namespace musicvae::evaluation

// Windows that are encoded and decoded again, for the scores of reconstruction of any kind of music.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"

namespace musicvae::evaluation {

/// One real window, decoded again from one latent point.
template <MusicValue Value>
struct DecodedWindow {
  std::size_t index = 0;          ///< of the window
  bool from_mean = true;          ///< from z = mu; otherwise from z ~ q(z | x)
  std::span<const float> logits;  ///< teacher-forced, [steps, output_depth]
  std::span<const float> target;  ///< [steps, output_depth]
  const Value& free_running;      ///< decoded from its own steps, at temperature 0
};

/// What the posteriors of all windows have in common.
struct PosteriorStatistics {
  double kl = 0.0;       ///< KL(q(z | x) || N(0, I)), nats, mean over the windows
  int active_units = 0;  ///< as ReconstructionReport::active_units
};

/// Encodes the windows, grooves or melodies, decodes them from z = mu and from z ~ q(z | x), one draw per window, and calls `take` with
/// each result, on Options::threads threads: twice per window, first from mu.
template <MusicValue Value>
PosteriorStatistics decode_windows(const MusicVae& model, std::span<const Value> windows, const Options& options,
                                   const std::function<void(const DecodedWindow<Value>&)>& take);

}  // namespace musicvae::evaluation

// The small models of tracks that golden/public/multiperf/README.md describes.
#pragma once

#include "musicvae/core.hpp"

namespace musicvae::test {

inline ModelConfig tiny_tracks_config(bool chords) {
  ModelConfig config = named_config(chords ? "hier-multiperf_vel_1bar_med_chords" : "hier-multiperf_vel_1bar_med");
  config.name = chords ? "multiperf_chords_tiny" : "multiperf_tiny";
  config.encoder.units = {16};
  config.latent = 16;
  config.conductor->units = {24, 20};
  config.decoder.units = {24, 20};
  config.training.free_bits = 2.0;
  return config;
}

}  // namespace musicvae::test

// Windows: the windows of a dataset that an evaluation uses.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hit_bits.hpp"
#include "musicvae/data/split.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::evaluation {

/// The windows to evaluate on and the training windows.
struct Windows {
  std::vector<DrumSequence> real;
  std::vector<double> step_ms;  ///< duration of a step of each real window, at the tempo of its file
  std::vector<DrumSequence> train;
  std::vector<Bits> train_bits;
  std::vector<std::string> train_styles;
};

/// The indices of the windows of a split. Throws ArgumentError if there are none.
[[nodiscard]] std::vector<std::size_t> indices_of(const data::WindowSet& set, data::Split split);

/// The windows of `split` and those of the split train. Throws ArgumentError if there are none of one of them.
[[nodiscard]] Windows windows_of(const MusicVae& model, const data::WindowSet& set, data::Split split);

}  // namespace musicvae::evaluation

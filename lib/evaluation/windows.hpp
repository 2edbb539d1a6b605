// Windows: the windows of a dataset that an evaluation uses.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "musicvae/data/split.hpp"
#include "musicvae/data/window_music.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/latent/latent_table.hpp"

namespace musicvae::evaluation {

/// The windows to evaluate on and the training windows.
template <class Value>
struct Windows {
  std::vector<Value> real;
  std::vector<double> step_ms;  ///< duration of a step of each real window, at the tempo of its file
  std::vector<Value> train;
  std::vector<std::string> train_styles;
};

/// The indices of the windows of a split. Throws ArgumentError if there are none.
[[nodiscard]] std::vector<std::size_t> indices_of(const data::WindowSet& set, data::Split split);

/// The duration of a step of a window, at the tempo of its file.
[[nodiscard]] double step_ms_of(const MusicVae& model, const data::WindowSet& set, std::size_t index);

/// The windows of `split` and those of the split train. Throws ArgumentError if there are none of one of them.
template <class Value>
[[nodiscard]] Windows<Value> windows_of(const MusicVae& model, const data::WindowSet& set, data::Split split) {
  Windows<Value> windows;
  for (const std::size_t index : indices_of(set, split)) {
    windows.real.push_back(data::value_of<Value>(set, index));
    windows.step_ms.push_back(step_ms_of(model, set, index));
  }
  for (const std::size_t index : indices_of(set, data::Split::train)) {
    windows.train.push_back(data::value_of<Value>(set, index));
    windows.train_styles.push_back(data::primary_style(set.file(index).style));
  }
  return windows;
}

}  // namespace musicvae::evaluation

// A model and a prepared dataset of a few windows, for tests that train within moments.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "musicvae/data/window_set.hpp"
#include "musicvae/model/config.hpp"

namespace musicvae::train {

inline ModelConfig tiny_config() {
  ModelConfig config{.name = "tiny", .steps = 8, .encoder = {.units = {6}}, .latent = 3, .decoder = {.units = {5, 4}}};
  config.training.batch = 4;
  config.training.free_bits = 1;
  return config;
}

// `train` and `validation` windows whose cells have a simple pattern, different in each window; the last column of every row is `value`.
inline data::WindowSet tiny_windows(const std::filesystem::path& path, int train = 10, int validation = 3, float value = 0.0F,
                                    int depth = 27) {
  data::WindowSetWriter writer({.cut = data::Cut::bar_aligned, .steps = 8, .depth = depth});
  for (const auto& [split, count] : {std::pair{data::Split::train, train}, std::pair{data::Split::validation, validation}}) {
    data::FileWindows file;
    file.rows.resize(static_cast<std::size_t>(8 * count * depth));
    for (int w = 0; w < count; ++w) {
      file.windows.push_back({.first_row = 8 * w, .bar = w});
      for (int t = 0; t < 8; ++t) {
        float* row = file.rows.data() + (8 * w + t) * depth;
        row[0] = t % 2 == 0 ? 1.0F : 0.0F;
        row[(w + t) % depth] = 0.5F;
        row[depth - 1] = value;
      }
    }
    data::SourceFile source;
    source.path = std::string(data::name(split));
    source.split = split;
    writer.add(source, file);
  }
  writer.write(path);
  return data::WindowSet::open(path);
}

}  // namespace musicvae::train

#include "windows.hpp"

#include <cstddef>

#include "musicvae/error.hpp"
#include "musicvae/latent/latent_table.hpp"

namespace musicvae::evaluation {
namespace {

constexpr double default_bpm = 120.0;  // of a file without a tempo, as in MIDI

}  // namespace

std::vector<std::size_t> indices_of(const data::WindowSet& set, data::Split split) {
  std::vector<std::size_t> indices = set.windows(split);
  if (indices.empty()) {
    throw ArgumentError("evaluate: the dataset has no windows of the split " + std::string(data::name(split)) +
                        "; evaluation compares that split with the split train, so give a dataset with both");
  }
  return indices;
}

Windows windows_of(const MusicVae& model, const data::WindowSet& set, data::Split split) {
  Windows windows;
  for (const std::size_t index : indices_of(set, split)) {
    windows.real.push_back(groove_of(set, index));
    const double bpm = set.file(index).bpm > 0.0 ? set.file(index).bpm : default_bpm;
    windows.step_ms.push_back(60000.0 / bpm / model.config().steps_per_quarter);
  }
  for (const std::size_t index : indices_of(set, data::Split::train)) {
    windows.train.push_back(groove_of(set, index));
    windows.train_styles.push_back(data::primary_style(set.file(index).style));
  }
  for (const DrumSequence& window : windows.train) windows.train_bits.push_back(hit_bits(window));
  return windows;
}

}  // namespace musicvae::evaluation

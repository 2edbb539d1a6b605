#include "windows.hpp"

#include <cstddef>

#include "musicvae/error.hpp"

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

double step_ms_of(const MusicVae& model, const data::WindowSet& set, std::size_t index) {
  const double bpm = set.file(index).bpm > 0.0 ? set.file(index).bpm : default_bpm;
  return 60000.0 / bpm / model.config().steps_per_quarter;
}

}  // namespace musicvae::evaluation

#include "musicvae/sequence/melody_features.hpp"

#include <array>
#include <cstddef>
#include <cstdlib>
#include <vector>

namespace musicvae {
namespace {

struct Onset {
  int step;
  int pitch;
};

std::vector<Onset> onsets_of(const Melody& melody) {
  std::vector<Onset> onsets;
  for (int step = 0; step < melody.steps(); ++step) {
    if (const int event = melody.at(step); event >= 0) onsets.push_back({step, event});
  }
  return onsets;
}

// The share of notes that begin at `late` in each `period` of 16ths, when none begins in the period before them.
double syncopated_share(const Melody& melody, int period, int late) {
  const std::vector<Onset> onsets = onsets_of(melody);
  const int per_quarter = melody.grid().steps_per_quarter;
  if (onsets.empty() || per_quarter % 4 != 0) return 0.0;
  const int sixteenth = per_quarter / 4;
  int count = 0;
  int before = -period * sixteenth;  // the step of the note before
  for (const Onset& onset : onsets) {
    const int in_bar = onset.step % melody.grid().steps_per_bar();
    const int in_period = in_bar % (period * sixteenth);
    count += static_cast<int>(in_period == late * sixteenth && onset.step - before > late * sixteenth);
    before = onset.step;
  }
  return static_cast<double>(count) / static_cast<double>(onsets.size());
}

}  // namespace

double c_diatonic(const Melody& melody) {
  constexpr std::array<bool, 12> white = {true, false, true, false, true, true, false, true, false, true, false, true};
  int count = 0;
  const std::vector<Onset> onsets = onsets_of(melody);
  for (const Onset& onset : onsets) count += static_cast<int>(white[static_cast<std::size_t>(onset.pitch % 12)]);
  return onsets.empty() ? 0.0 : static_cast<double>(count) / static_cast<double>(onsets.size());
}

double note_density(const Melody& melody) {
  return melody.steps() == 0 ? 0.0 : static_cast<double>(melody.num_notes()) / melody.steps();
}

double average_interval(const Melody& melody) {
  const std::vector<Onset> onsets = onsets_of(melody);
  if (onsets.size() < 2) return 0.0;
  int sum = 0;
  for (std::size_t i = 1; i < onsets.size(); ++i) sum += std::abs(onsets[i].pitch - onsets[i - 1].pitch);
  return static_cast<double>(sum) / static_cast<double>(onsets.size() - 1);
}

double syncopation_16th(const Melody& melody) {
  return syncopated_share(melody, 2, 1);
}

double syncopation_8th(const Melody& melody) {
  return syncopated_share(melody, 4, 2);
}

}  // namespace musicvae

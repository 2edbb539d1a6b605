#include "musicvae/sequence/melody_features.hpp"

#include <array>
#include <cstddef>
#include <cstdlib>
#include <vector>

namespace musicvae {
namespace {

struct PitchedStep {
  int step;
  int pitch;
};

std::vector<PitchedStep> notes_that_begin(const Melody& melody) {
  std::vector<PitchedStep> notes;
  for (int step = 0; step < melody.steps(); ++step) {
    if (const int event = melody.at(step); event >= 0) notes.push_back({step, event});
  }
  return notes;
}

// The share of notes that begin at `late` in each `period` of 16ths, when none begins in the period before them.
double syncopated_share(const Melody& melody, int period, int late) {
  const std::vector<PitchedStep> notes = notes_that_begin(melody);
  const int per_quarter = melody.grid().steps_per_quarter;
  if (notes.empty() || per_quarter % 4 != 0) return 0.0;
  const int sixteenth = per_quarter / 4;
  int count = 0;
  int before = -period * sixteenth;  // the step of the note before
  for (const PitchedStep& note : notes) {
    const int in_bar = note.step % melody.grid().steps_per_bar();
    const int in_period = in_bar % (period * sixteenth);
    count += static_cast<int>(in_period == late * sixteenth && note.step - before > late * sixteenth);
    before = note.step;
  }
  return static_cast<double>(count) / static_cast<double>(notes.size());
}

}  // namespace

double c_diatonic(const Melody& melody) {
  constexpr std::array<bool, 12> white = {true, false, true, false, true, true, false, true, false, true, false, true};
  int count = 0;
  const std::vector<PitchedStep> notes = notes_that_begin(melody);
  for (const PitchedStep& note : notes) count += static_cast<int>(white[static_cast<std::size_t>(note.pitch % 12)]);
  return notes.empty() ? 0.0 : static_cast<double>(count) / static_cast<double>(notes.size());
}

double note_density(const Melody& melody) {
  return melody.steps() == 0 ? 0.0 : static_cast<double>(melody.num_notes()) / melody.steps();
}

double average_interval(const Melody& melody) {
  const std::vector<PitchedStep> notes = notes_that_begin(melody);
  if (notes.size() < 2) return 0.0;
  int sum = 0;
  for (std::size_t i = 1; i < notes.size(); ++i) sum += std::abs(notes[i].pitch - notes[i - 1].pitch);
  return static_cast<double>(sum) / static_cast<double>(notes.size() - 1);
}

double syncopation_16th(const Melody& melody) {
  return syncopated_share(melody, 2, 1);
}

double syncopation_8th(const Melody& melody) {
  return syncopated_share(melody, 4, 2);
}

}  // namespace musicvae

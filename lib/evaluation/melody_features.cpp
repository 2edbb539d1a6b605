#include "musicvae/evaluation/melody_features.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <limits>

#include "moments.hpp"

namespace musicvae::evaluation {
namespace {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();
constexpr int octave = 12;

using PitchClasses = std::array<int, octave>;

double entropy(const PitchClasses& counts, int notes) {
  double bits = 0.0;
  for (const int count : counts) {
    if (count > 0) bits -= static_cast<double>(count) / notes * std::log2(static_cast<double>(count) / notes);
  }
  return bits;
}

double in_key(const PitchClasses& counts, int notes) {
  int most = 0;
  for (int tonic = 0; tonic < octave; ++tonic) {
    int inside = 0;
    for (const int degree : {0, 2, 4, 5, 7, 9, 11}) inside += counts[static_cast<std::size_t>((tonic + degree) % octave)];
    most = std::max(most, inside);
  }
  return static_cast<double>(most) / notes;
}

double bar_repetition(const Melody& melody) {
  const int bar = melody.grid().steps_per_bar();
  int same = 0;
  for (int step = bar; step < melody.steps(); ++step) same += static_cast<int>(melody.at(step) == melody.at(step - bar));
  return melody.steps() <= bar ? no_value : static_cast<double>(same) / (melody.steps() - bar);
}

}  // namespace

std::vector<std::string> melody_feature_names() {
  return {"notes",   "pitch",         "pitch_range",         "interval", "duration",
          "silence", "offbeat_share", "pitch_class_entropy", "in_key",   "bar_repetition"};
}

std::vector<double> features_of(const Melody& melody) {
  Moments pitch;
  Moments interval;
  PitchClasses classes{};
  int lowest = Melody::kMaxPitch;
  int highest = 0;
  int last = -1;  // pitch
  int offbeat = 0;
  int sounding_steps = 0;
  bool sounds = false;
  for (int step = 0; step < melody.steps(); ++step) {
    const int event = melody.at(step);
    if (event == Melody::kOff) sounds = false;
    if (event >= 0) {
      sounds = true;
      pitch.add(event);
      if (last >= 0) interval.add(std::abs(event - last));
      last = event;
      lowest = std::min(lowest, event);
      highest = std::max(highest, event);
      ++classes[static_cast<std::size_t>(event % octave)];
      offbeat += static_cast<int>(step % melody.grid().steps_per_quarter != 0);
    }
    sounding_steps += static_cast<int>(sounds);
  }
  const int notes = melody.num_notes();
  const double silence = melody.steps() == 0 ? no_value : 1.0 - static_cast<double>(sounding_steps) / melody.steps();
  if (notes == 0) return {0.0, no_value, no_value, no_value, no_value, silence, no_value, no_value, no_value, bar_repetition(melody)};
  return {static_cast<double>(notes),
          pitch.mean(),
          static_cast<double>(highest - lowest),
          interval.mean(),
          static_cast<double>(sounding_steps) / notes,
          silence,
          static_cast<double>(offbeat) / notes,
          entropy(classes, notes),
          in_key(classes, notes),
          bar_repetition(melody)};
}

}  // namespace musicvae::evaluation

#include "musicvae/evaluation/melody_features.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "moments.hpp"
#include "pitch_classes.hpp"

namespace musicvae::evaluation {
namespace {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();
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
  PitchClasses classes;
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
      classes.add(event);
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
          classes.entropy(),
          classes.in_key(),
          bar_repetition(melody)};
}

}  // namespace musicvae::evaluation

#include "musicvae/sequence/groove_features.hpp"

#include <algorithm>
#include <cmath>

#include "musicvae/numerics/rounded.hpp"

namespace musicvae {
namespace {

/// The steps of a beat: a note of the meter's denominator, or a quarter note if the former is not a whole number of steps.
int steps_of_beat(const Grid& grid) {
  return grid.steps_per_bar() % grid.beats_per_bar == 0 ? grid.steps_per_bar() / grid.beats_per_bar : grid.steps_per_quarter;
}

/// Divides `period` by the prime factors of `count`, smallest first, and appends the period after each division.
void divide_evenly(std::vector<int>& periods, int period, int count) {
  for (int factor = 2; count > 1; ++factor) {
    for (; count % factor == 0; count /= factor) periods.push_back(period /= factor);
  }
}

}  // namespace

double mean_velocity(const DrumSequence& groove) {
  double sum = 0.0;
  detail::for_each_hit(groove, [&](int, Drum, const Cell& cell) { sum += static_cast<double>(cell.velocity); });
  return groove.hits() == 0 ? 0.0 : sum / groove.hits();
}

double velocity_spread(const DrumSequence& groove) {
  const double mean = mean_velocity(groove);
  double sum = 0.0;
  detail::for_each_hit(groove, [&](int, Drum, const Cell& cell) {
    const double away = static_cast<double>(cell.velocity) - mean;
    sum += rounded(away * away);
  });
  return groove.hits() == 0 ? 0.0 : std::sqrt(sum / groove.hits());
}

double offbeat_share(const DrumSequence& groove) {
  const int beat = steps_of_beat(groove.grid());
  int off = 0;
  detail::for_each_hit(groove, [&](int step, Drum, const Cell&) { off += static_cast<int>(step % beat != 0); });
  return groove.hits() == 0 ? 0.0 : static_cast<double>(off) / groove.hits();
}

double swing(const DrumSequence& groove) {
  const Grid& grid = groove.grid();
  double half_steps = 0.0;
  int hits = 0;
  detail::for_each_hit(groove, [&](int step, Drum, const Cell& cell) {
    const int sixteenths = step % grid.steps_per_bar() * 4;  // in 1/steps_per_quarter of a 16th
    if (sixteenths % grid.steps_per_quarter != 0 || sixteenths / grid.steps_per_quarter % 2 == 0) return;
    half_steps += static_cast<double>(cell.offset);
    ++hits;
  });
  return hits == 0 ? 0.0 : half_steps / 2.0 / hits;
}

double fill(const DrumSequence& groove) {
  const int bar = groove.grid().steps_per_bar();
  const int last = groove.steps() - bar;
  if (last <= 0) return 0.0;
  double before = 0.0;
  double in_last = 0.0;
  detail::for_each_hit(groove, [&](int step, Drum drum, const Cell&) {
    if (drum == Drum::snare || drum == Drum::low_tom || drum == Drum::mid_tom || drum == Drum::high_tom) ++(step < last ? before : in_last);
  });
  return in_last / bar - before / last;
}

std::vector<int> metrical_weights(const Grid& grid) {
  const int bar = grid.steps_per_bar();
  std::vector<int> periods = {bar};
  const int beats = bar % grid.beats_per_bar == 0 ? grid.beats_per_bar : 1;
  divide_evenly(periods, bar, beats);
  divide_evenly(periods, bar / beats, bar / beats);
  std::vector<int> weights;
  for (int step = 0; step < bar; ++step) {
    const auto level = std::find_if(periods.begin(), periods.end(), [&](int period) { return step % period == 0; });
    weights.push_back(-static_cast<int>(level - periods.begin()));
  }
  return weights;
}

double syncopation(const DrumSequence& groove) {
  const std::vector<int> weights = metrical_weights(groove.grid());
  const auto weight = [&](int step) { return weights[static_cast<std::size_t>(step) % weights.size()]; };
  int strength = 0;
  int drums = 0;
  for (int d = 0; d < kDrums; ++d) {
    const auto hit = [&](int step) { return groove.at(step, static_cast<Drum>(d)).hit; };
    bool plays = false;
    for (int step = 0; step < groove.steps(); ++step) {
      if (!hit(step)) continue;
      plays = true;
      int heaviest = weight(step);
      for (int next = (step + 1) % groove.steps(); !hit(next); next = (next + 1) % groove.steps()) {
        heaviest = std::max(heaviest, weight(next));
      }
      strength += heaviest - weight(step);
    }
    drums += static_cast<int>(plays);
  }
  return drums == 0 ? 0.0 : strength / (groove.bars() * drums);
}

}  // namespace musicvae

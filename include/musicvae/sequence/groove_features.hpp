// What a groove is like, in single numbers: loudness, syncopation, swing, fills. Pure functions of a DrumSequence; its density() is another.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "musicvae/rounded.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

namespace detail {

/// Calls use(step, drum, cell) for every hit.
template <class Use>
void for_each_hit(const DrumSequence& groove, Use use) {
  for (int step = 0; step < groove.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const Cell& cell = groove.at(step, static_cast<Drum>(d));
      if (cell.hit) use(step, static_cast<Drum>(d), cell);
    }
  }
}

/// Steps of a beat: the unit of the meter's denominator, or a quarter where that is no whole number of steps.
[[nodiscard]] inline int steps_of_beat(const Grid& grid) {
  return grid.steps_per_bar() % grid.beats_per_bar == 0 ? grid.steps_per_bar() / grid.beats_per_bar : grid.steps_per_quarter;
}

/// Divides `period` by the prime factors of `count`, smallest first, and appends each period on the way.
inline void divide_evenly(std::vector<int>& periods, int period, int count) {
  for (int factor = 2; count > 1; ++factor) {
    for (; count % factor == 0; count /= factor) periods.push_back(period /= factor);
  }
}

}  // namespace detail

/// The mean velocity of the hits, 0..1; 0 without hits.
[[nodiscard]] inline double mean_velocity(const DrumSequence& groove) {
  double sum = 0.0;
  detail::for_each_hit(groove, [&](int, Drum, const Cell& cell) { sum += static_cast<double>(cell.velocity); });
  return groove.hits() == 0 ? 0.0 : sum / groove.hits();
}

/// The standard deviation of the hits' velocities, sqrt(mean((v - mean)^2)), 0..0.5: 0 is a machine's. 0 without hits.
[[nodiscard]] inline double velocity_spread(const DrumSequence& groove) {
  const double mean = mean_velocity(groove);
  double sum = 0.0;
  detail::for_each_hit(groove, [&](int, Drum, const Cell& cell) {
    const double away = static_cast<double>(cell.velocity) - mean;
    sum += rounded(away * away);
  });
  return groove.hits() == 0 ? 0.0 : std::sqrt(sum / groove.hits());
}

/// The share of hits that lie on no beat, 0..1; 0 without hits.
[[nodiscard]] inline double offbeat_share(const DrumSequence& groove) {
  const int beat = detail::steps_of_beat(groove.grid());
  int off = 0;
  detail::for_each_hit(groove, [&](int step, Drum, const Cell&) { off += static_cast<int>(step % beat != 0); });
  return groove.hits() == 0 ? 0.0 : static_cast<double>(off) / groove.hits();
}

/// How late the off-beat 16ths are played: the mean lateness of the hits on every second 16th (16ths 1, 3, 5, ... of a bar, from 0), in
/// steps of the grid, -0.5..0.5; 0 is on the grid, positive late. 0 without such hits, and on a grid without 16ths. In 16ths a third
/// of a step is triplet swing.
[[nodiscard]] inline double swing(const DrumSequence& groove) {
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

/// How much of a fill the last bar is: the hits a step on snare and toms in it, minus those in the bars before, -4..4; positive where
/// drums roll at the end, 0 for a groove of one bar.
[[nodiscard]] inline double fill(const DrumSequence& groove) {
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

/// The metrical weight of every step of a bar (Longuet-Higgins and Lee 1984): 0 for the first, -1 for those that the first division
/// of the bar adds, -2 for the second, and so on. A bar is divided into its beats and these into steps, by 2 as long as that goes,
/// then by 3, 5, ...: in 4/4 with 16ths 0 -4 -3 -4 -2 -4 -3 -4 -1 -4 -3 -4 -2 -4 -3 -4.
[[nodiscard]] inline std::vector<int> metrical_weights(const Grid& grid) {
  const int bar = grid.steps_per_bar();
  std::vector<int> periods = {bar};
  const int beats = bar % grid.beats_per_bar == 0 ? grid.beats_per_bar : 1;
  detail::divide_evenly(periods, bar, beats);
  detail::divide_evenly(periods, bar / beats, bar / beats);
  std::vector<int> weights;
  for (int step = 0; step < bar; ++step) {
    const auto level = std::find_if(periods.begin(), periods.end(), [&](int period) { return step % period == 0; });
    weights.push_back(-static_cast<int>(level - periods.begin()));
  }
  return weights;
}

/// Syncopation after Longuet-Higgins and Lee ("The rhythmic interpretation of monophonic music", 1984) with the metrical weights that
/// Fitch and Rosenfeld ("Perception and production of syncopated rhythms", 2007) use. Where a hit is followed by a silent step that
/// weighs more, the difference of the two weights is the strength of a syncopation. A hit counts once, with the heaviest of the silent
/// steps up to the drum's next hit; the groove loops, so what follows its last step is its first.
///
/// Each drum is a pattern of its own, for an even hi-hat would fill the silence that another drum's syncopation needs. The value is the
/// sum of the strengths in a bar, averaged over bars and over the drums that have hits: 0 where nothing is syncopated or there are no
/// hits, at most 15 in 4/4 with 16ths (every second 16th). Only hits matter, not their velocity or timing.
[[nodiscard]] inline double syncopation(const DrumSequence& groove) {
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

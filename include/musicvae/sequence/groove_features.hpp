// What a groove is like, in single numbers: loudness, syncopation, swing, fills. Pure functions of a DrumSequence; its density() is another.
#pragma once

#include <vector>

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

}  // namespace detail

/// The mean velocity of the hits, 0..1; 0 without hits.
[[nodiscard]] double mean_velocity(const DrumSequence& groove);

/// The standard deviation of the hits' velocities, sqrt(mean((v - mean)^2)), 0..0.5: 0 is a machine's. 0 without hits.
[[nodiscard]] double velocity_spread(const DrumSequence& groove);

/// The share of hits that lie on no beat, 0..1; 0 without hits.
[[nodiscard]] double offbeat_share(const DrumSequence& groove);

/// How late the off-beat 16ths are played: the mean lateness of the hits on every second 16th (16ths 1, 3, 5, ... of a bar, from 0), in
/// steps of the grid, -0.5..0.5; 0 is on the grid, positive late. 0 without such hits, and on a grid without 16ths. In 16ths a third
/// of a step is triplet swing.
[[nodiscard]] double swing(const DrumSequence& groove);

/// How much of a fill the last bar is: the hits a step on snare and toms in it, minus those in the bars before, -4..4; positive where
/// drums roll at the end, 0 for a groove of one bar.
[[nodiscard]] double fill(const DrumSequence& groove);

/// The metrical weight of every step of a bar (Longuet-Higgins and Lee 1984): 0 for the first, -1 for those that the first division
/// of the bar adds, -2 for the second, and so on. A bar is divided into its beats and these into steps, by 2 as long as that goes,
/// then by 3, 5, ...: in 4/4 with 16ths 0 -4 -3 -4 -2 -4 -3 -4 -1 -4 -3 -4 -2 -4 -3 -4.
[[nodiscard]] std::vector<int> metrical_weights(const Grid& grid);

/// Syncopation after Longuet-Higgins and Lee ("The rhythmic interpretation of monophonic music", 1984) with the metrical weights that
/// Fitch and Rosenfeld ("Perception and production of syncopated rhythms", 2007) use. Where a hit is followed by a silent step that
/// weighs more, the difference of the two weights is the strength of a syncopation. A hit counts once, with the heaviest of the silent
/// steps up to the drum's next hit; the groove loops, so what follows its last step is its first.
///
/// Each drum is a pattern of its own, for an even hi-hat would fill the silence that another drum's syncopation needs. The value is the
/// sum of the strengths in a bar, averaged over bars and over the drums that have hits: 0 where nothing is syncopated or there are no
/// hits, at most 15 in 4/4 with 16ths (every second 16th). Only hits matter, not their velocity or timing.
[[nodiscard]] double syncopation(const DrumSequence& groove);

}  // namespace musicvae

// Features of a groove, one number each: loudness, syncopation, swing, fills. Pure functions of a DrumSequence. Its density() is another
// feature.
#pragma once

#include <array>
#include <vector>

#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/feature.hpp"

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

/// The standard deviation of the hits' velocities, sqrt(mean((v - mean)^2)), 0..0.5. It is 0 if all hits are equally loud, as from a
/// machine, and 0 without hits.
[[nodiscard]] double velocity_spread(const DrumSequence& groove);

/// The share of hits that are not on a beat, 0..1; 0 without hits.
[[nodiscard]] double offbeat_share(const DrumSequence& groove);

/// How late the off-beat 16ths are played: the mean lateness of the hits on every second 16th (16ths 1, 3, 5, ... of a bar, counted from
/// 0), in steps of the grid, -0.5..0.5. 0 is on the grid, and positive is late. The value is 0 without such hits, and on a grid without
/// 16ths. On a grid of 16ths, a third of a step is triplet swing.
[[nodiscard]] double swing(const DrumSequence& groove);

/// How much the last bar is a fill: the hits per step on snare and toms in the last bar, minus those in the bars before it, -4..4. The
/// value is positive where these drums play more at the end, and 0 for a groove of one bar.
[[nodiscard]] double fill(const DrumSequence& groove);

/// The metrical weight of every step of a bar (Longuet-Higgins and Lee 1984): 0 for the first step, -1 for the steps that the first
/// division of the bar adds, -2 for those of the second division, and so on. A bar is divided into beats, and beats into steps, by 2 as
/// often as possible, then by 3, 5, .... In 4/4 with 16ths the weights are 0 -4 -3 -4 -2 -4 -3 -4 -1 -4 -3 -4 -2 -4 -3 -4.
[[nodiscard]] std::vector<int> metrical_weights(const Grid& grid);

/// Syncopation as defined by Longuet-Higgins and Lee ("The rhythmic interpretation of monophonic music", 1984), with the metrical weights
/// of Fitch and Rosenfeld ("Perception and production of syncopated rhythms", 2007). A hit is syncopated if silent steps follow it before
/// the drum's next hit, and one of them weighs more than the hit's step. The strength of the syncopation is the difference of the two
/// weights. A hit counts once, with the heaviest of these silent steps. The groove loops: its first step follows its last one.
///
/// Each drum is a separate pattern. Otherwise a steady hi-hat would fill the silence that makes another drum syncopated. The value is the
/// sum of the strengths per bar, averaged over the bars and over the drums that have hits. It is 0 where nothing is syncopated or there are
/// no hits, and at most 15 in 4/4 with 16ths (a hit on every second 16th). Only hits matter, not their velocity or timing.
[[nodiscard]] double syncopation(const DrumSequence& groove);

/// The features of grooves: density, syncopation, velocity, swing and fill. \hideinitializer
template <>
inline constexpr std::array kFeatures<DrumSequence> = {
    Feature<DrumSequence>{"density", [](const DrumSequence& groove) { return groove.density(); }},
    Feature<DrumSequence>{"syncopation", syncopation}, Feature<DrumSequence>{"velocity", mean_velocity},
    Feature<DrumSequence>{"swing", swing}, Feature<DrumSequence>{"fill", fill}};

}  // namespace musicvae

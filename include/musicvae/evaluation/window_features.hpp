// What a window is like, in many numbers, for comparing how two sets of windows are distributed.
#pragma once

#include <string>
#include <vector>

#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::evaluation {

/// The features' names, in the order of features_of():
///   density          hits
///   offbeat_share    see groove_features.hpp, as are syncopation and swing (the latter of windows with hits on off-beat 16ths)
///   polyphony        hits in a step that has any
///   syncopation
///   self_similarity  of each bar to the next: hits in both, of hits in either (Jaccard's index), averaged
///   rate:DRUM        the share of steps on which the drum is hit, for each of the nine
/// and, unless `hits_only`,
///   velocity, velocity_spread  mean and standard deviation over the window's hits
///   offset, offset_spread      the same of the offset in half steps, late is positive
///   swing
///   offset:DRUM, offset_spread:DRUM
[[nodiscard]] std::vector<std::string> feature_names(bool hits_only = false);

/// Their values; NaN where a window has none (no hits of the drum, one hit and so no spread, one bar and so no next).
[[nodiscard]] std::vector<double> features_of(const DrumSequence& window, bool hits_only = false);

}  // namespace musicvae::evaluation

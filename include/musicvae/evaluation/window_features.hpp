// Numerical features of a window, for comparing the distributions of two sets of windows.
#pragma once

#include <string>
#include <vector>

#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::evaluation {

/// Names of the features, in the order of features_of():
///   density          number of hits
///   offbeat_share    see groove_features.hpp, also for syncopation and swing (swing only for windows with hits on off-beat 16ths)
///   polyphony        hits per step that has any
///   syncopation
///   self_similarity  between each bar and the next: hits in both / hits in either (Jaccard's index), averaged
///   rate:DRUM        share of steps on which the drum is hit, for each of the nine
/// and, unless `hits_only`,
///   velocity, velocity_spread  mean and standard deviation over the window's hits
///   offset, offset_spread      the same for the offset in half steps; late is positive
///   swing
///   offset:DRUM, offset_spread:DRUM
[[nodiscard]] std::vector<std::string> feature_names(bool hits_only = false);

/// The values of the features. NaN where a window has none: no hits of the drum, no spread of a single hit, or no next bar.
[[nodiscard]] std::vector<double> features_of(const DrumSequence& window, bool hits_only = false);

}  // namespace musicvae::evaluation

// Numerical features of a melody, for comparing the distributions of two sets of melodies.
#pragma once

#include <string>
#include <vector>

#include "musicvae/sequence/melody.hpp"

namespace musicvae::evaluation {

/// Names of the features, in the order of features_of(). Several are those of Yang and Lerch (2018):
///   notes                number of notes
///   pitch                mean pitch, MIDI
///   pitch_range          highest minus lowest pitch, semitones
///   interval             mean size of the intervals between successive notes, semitones
///   duration             mean time for which a note sounds, steps
///   silence              share of steps on which no note sounds
///   offbeat_share        share of notes that begin on no beat
///   pitch_class_entropy  entropy of the pitch classes of the notes, bits
///   in_key               share of notes in the major scale that has the most of them
///   bar_repetition       share of steps whose event is that of the same step one bar earlier
[[nodiscard]] std::vector<std::string> melody_feature_names();

/// The values of the features. NaN where a melody has none: no notes, no interval of a single note, or no second bar.
[[nodiscard]] std::vector<double> features_of(const Melody& melody);

}  // namespace musicvae::evaluation

// Features of a melody, one number each: the attributes of the MusicVAE paper (Roberts et al. 2018, section 5.4). Pure functions of a
// Melody.
#pragma once

#include <array>

#include "musicvae/sequence/feature.hpp"
#include "musicvae/sequence/melody.hpp"

namespace musicvae {

/// The share of notes that belong to C major, 0..1; 0 without notes.
[[nodiscard]] double c_diatonic(const Melody& melody);

/// The notes that begin per step, 0..1; 0 for a melody without steps.
[[nodiscard]] double note_density(const Melody& melody);

/// The mean distance in pitch from a note to the next, in semitones, 0..127; 0 for fewer than two notes.
[[nodiscard]] double average_interval(const Melody& melody);

/// The share of notes that begin on the second 16th of an 8th, when no note begins on the first, 0..1. The value is 0 without notes, and on
/// a grid without 16ths.
[[nodiscard]] double syncopation_16th(const Melody& melody);

/// The share of notes that begin on the second 8th of a quarter, when no note begins in the first, 0..1. The value is 0 without notes, and
/// on a grid without 16ths.
[[nodiscard]] double syncopation_8th(const Melody& melody);

/// The features of melodies (Roberts et al. 2018, section 5.3). \hideinitializer
template <>
inline constexpr std::array kFeatures<Melody> = {
    Feature<Melody>{"c_diatonic", c_diatonic}, Feature<Melody>{"density", note_density}, Feature<Melody>{"interval", average_interval},
    Feature<Melody>{"syncopation_16th", syncopation_16th}, Feature<Melody>{"syncopation_8th", syncopation_8th}};

}  // namespace musicvae

// Features of a trio, one number each: those of its melody, as in the MusicVAE paper (Roberts et al. 2018, section 5.3), and of its drums.
#pragma once

#include <array>

#include "musicvae/sequence/feature.hpp"
#include "musicvae/sequence/melody_features.hpp"
#include "musicvae/sequence/trio.hpp"

namespace musicvae {

/// The features of trios: those of melodies, computed from the melody, and drum_density, the share of the drums' cells that hold a hit.
/// \hideinitializer
template <>
inline constexpr std::array kFeatures<Trio> = {
    Feature<Trio>{"c_diatonic", [](const Trio& trio) { return c_diatonic(trio.melody()); }},
    Feature<Trio>{"density", [](const Trio& trio) { return note_density(trio.melody()); }},
    Feature<Trio>{"interval", [](const Trio& trio) { return average_interval(trio.melody()); }},
    Feature<Trio>{"syncopation_16th", [](const Trio& trio) { return syncopation_16th(trio.melody()); }},
    Feature<Trio>{"syncopation_8th", [](const Trio& trio) { return syncopation_8th(trio.melody()); }},
    Feature<Trio>{"drum_density", [](const Trio& trio) { return trio.drums().density(); }}};

}  // namespace musicvae

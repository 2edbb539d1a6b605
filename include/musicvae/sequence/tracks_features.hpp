// Features of tracks, one number each. Pure functions of Tracks.
#pragma once

#include <array>

#include "musicvae/sequence/feature.hpp"
#include "musicvae/sequence/tracks.hpp"

namespace musicvae {

/// The notes of all tracks per quarter note; 0 without steps.
[[nodiscard]] double notes_per_quarter(const Tracks& tracks);

/// The number of tracks that have notes.
[[nodiscard]] double track_count(const Tracks& tracks);

/// The features of tracks: density and track_count. \hideinitializer
template <>
inline constexpr std::array kFeatures<Tracks> = {Feature<Tracks>{"density", notes_per_quarter},
                                                 Feature<Tracks>{"track_count", track_count}};

}  // namespace musicvae

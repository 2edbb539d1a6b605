#include "musicvae/sequence/tracks_features.hpp"

#include <algorithm>

namespace musicvae {

double notes_per_quarter(const Tracks& tracks) {
  return tracks.steps() == 0 ? 0.0 : static_cast<double>(tracks.num_notes()) * tracks.grid().steps_per_quarter / tracks.steps();
}

double track_count(const Tracks& tracks) {
  const auto plays = [](const Track& track) { return !track.notes.empty(); };
  return static_cast<double>(std::count_if(tracks.tracks().begin(), tracks.tracks().end(), plays));
}

}  // namespace musicvae

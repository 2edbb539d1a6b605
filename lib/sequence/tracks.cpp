#include "musicvae/sequence/tracks.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "musicvae/error.hpp"
#include "sequence/step_checks.hpp"

namespace musicvae {
namespace {

void check_value(const char* what, int value, int lowest, int highest) {
  if (value >= lowest && value <= highest) return;
  throw ArgumentError("tracks: " + std::string(what) + " " + std::to_string(value) + " is out of range; use " + std::to_string(lowest) +
                      " to " + std::to_string(highest));
}

bool earlier(const TrackNote& a, const TrackNote& b) {
  return std::pair(a.start, a.pitch) < std::pair(b.start, b.pitch);
}

}  // namespace

Tracks::Tracks(int steps, Grid grid) : grid_(grid), steps_(steps) {
  detail::check_steps("tracks", steps);
  detail::check_grid("tracks", grid);
}

void Tracks::add(Track track) {
  check_value("program", track.program, 0, track.drums ? 0 : 127);
  for (const TrackNote& note : track.notes) {
    check_value("pitch", note.pitch, 0, 127);
    check_value("velocity", note.velocity, 1, 127);
    if (note.start < 0 || note.end <= note.start || note.end > steps_) {
      throw ArgumentError("tracks: a note from step " + std::to_string(note.start) + " to " + std::to_string(note.end) +
                          "; use at least one step, from 0 to " + std::to_string(steps_));
    }
  }
  std::stable_sort(track.notes.begin(), track.notes.end(), earlier);
  tracks_.push_back(std::move(track));
}

Tracks Tracks::with_chords(ChordSequence chords) const {
  if (!chords.empty() && chords.steps() != steps_) {
    throw ArgumentError("tracks: " + std::to_string(chords.steps()) + " steps of chords for " + std::to_string(steps_) +
                        " steps; give one chord per step");
  }
  Tracks result = *this;
  result.chords_ = std::move(chords);
  return result;
}

Tracks Tracks::slice(int first, int count) const {
  detail::check_range("tracks", first, count, steps());
  Tracks result(count, grid_);
  for (const Track& track : tracks_) {
    Track part{.program = track.program, .drums = track.drums};
    for (TrackNote note : track.notes) {
      if (note.start < first || note.start >= first + count) continue;
      note.start -= first;
      note.end = std::min(note.end - first, count);
      part.notes.push_back(note);
    }
    if (!part.notes.empty()) result.tracks_.push_back(std::move(part));
  }
  if (!chords_.empty()) result.chords_ = chords_.slice(first, count);
  return result;
}

Tracks Tracks::concat(const Tracks& next) const {
  Tracks result = *this;
  result.append(next);
  return result;
}

void Tracks::append(const Tracks& next) {
  detail::check_same_grid("tracks", grid_, next.grid_);
  const std::vector<Track> added = next.tracks_;  // `next` may be this value
  if (!chords_.empty() || !next.chords_.empty()) {
    if (chords_.empty()) chords_ = ChordSequence(steps_);
    chords_.append(next.chords_.empty() ? ChordSequence(next.steps_) : next.chords_);
  }
  const int shift = steps_;
  steps_ += next.steps_;
  std::vector<bool> joined(tracks_.size());
  for (const Track& track : added) {
    std::size_t to = 0;
    while (to < joined.size() && (joined[to] || tracks_[to].program != track.program || tracks_[to].drums != track.drums)) ++to;
    if (to == joined.size()) {
      tracks_.push_back({.program = track.program, .drums = track.drums});
      joined.push_back(true);
    }
    joined[to] = true;
    for (TrackNote note : track.notes) {
      note.start += shift;
      note.end += shift;
      tracks_[to].notes.push_back(note);
    }
  }
}

Tracks Tracks::repeated(int steps) const {
  if (steps > 0 && steps_ == 0) throw ArgumentError("tracks: a value without steps cannot be repeated; give it a step");
  Tracks result(0, grid_);
  while (result.steps_ < steps) result.append(*this);
  return result.slice(0, steps);
}

Tracks Tracks::transposed(int semitones) const {
  Tracks result = *this;
  for (Track& track : result.tracks_) {
    if (track.drums) continue;
    for (TrackNote& note : track.notes) {
      if (semitones < -note.pitch || semitones > 127 - note.pitch) {
        throw ArgumentError("tracks: transposing by " + std::to_string(semitones) + " semitones moves pitch " + std::to_string(note.pitch) +
                            " out of 0 to 127; use fewer semitones");
      }
      note.pitch += semitones;
    }
  }
  result.chords_ = chords_.transposed(semitones);
  return result;
}

Tracks Tracks::on_grid(const Grid& grid) const {
  if (grid.steps_per_quarter != grid_.steps_per_quarter) {
    throw ArgumentError("tracks: its steps are 1/" + std::to_string(grid_.steps_per_quarter) + " of a quarter note, not 1/" +
                        std::to_string(grid.steps_per_quarter) + "; quantise the notes to that grid");
  }
  Tracks result = *this;
  result.grid_ = grid;
  return result;
}

int Tracks::num_notes() const {
  std::size_t sum = 0;
  for (const Track& track : tracks_) sum += track.notes.size();
  return static_cast<int>(sum);
}

template <>
Tracks StepMask::combine(const Tracks& chosen, const Tracks& others) const {
  check_steps_of(chosen.steps(), others.steps());
  const auto only = [&](const Tracks& from, bool wanted) {
    Tracks result(from.steps(), from.grid());
    for (Track track : from.tracks()) {
      std::erase_if(track.notes, [&](const TrackNote& note) { return at(note.start) != wanted; });
      result.add(std::move(track));
    }
    return result.with_chords(from.chords());
  };
  // Joined as if one followed the other, then moved to the same steps.
  const Tracks joined = only(others, false).concat(only(chosen, true));
  Tracks result(others.steps(), others.grid());
  for (Track track : joined.tracks()) {
    for (TrackNote& note : track.notes) {
      if (note.start < steps()) continue;
      note.start -= steps();
      note.end -= steps();
    }
    result.add(std::move(track));
  }
  return result.with_chords(others.chords());
}

}  // namespace musicvae

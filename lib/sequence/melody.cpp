#include "musicvae/sequence/melody.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "musicvae/error.hpp"
#include "sequence/step_checks.hpp"

namespace musicvae {

Melody::Melody(int steps, Grid grid) : grid_(grid) {
  detail::check_steps("melody", steps);
  detail::check_grid("melody", grid);
  events_.resize(static_cast<std::size_t>(steps), std::int8_t{kHold});
}

void Melody::set(int step, int event) {
  if (event < kHold || event > kMaxPitch)
    throw ArgumentError("melody: event " + std::to_string(event) + " is out of range; use a pitch from 0 to 127, -1 (off) or -2 (hold)");
  events_[index(step)] = static_cast<std::int8_t>(event);
}

Melody Melody::with_chords(ChordSequence chords) const {
  if (!chords.empty() && chords.steps() != steps()) {
    throw ArgumentError("melody: " + std::to_string(chords.steps()) + " steps of chords for " + std::to_string(steps()) +
                        " steps; give one chord per step");
  }
  Melody result = *this;
  result.chords_ = std::move(chords);
  return result;
}

Melody Melody::slice(int first, int count) const {
  detail::check_range("melody", first, count, steps());
  Melody result(count, grid_);
  std::copy_n(events_.begin() + first, count, result.events_.begin());
  if (!chords_.empty()) result.chords_ = chords_.slice(first, count);
  return result;
}

Melody Melody::concat(const Melody& next) const {
  Melody result = *this;
  result.append(next);
  return result;
}

void Melody::append(const Melody& next) {
  detail::check_same_grid("melody", grid_, next.grid_);
  if (!chords_.empty() || !next.chords_.empty()) {
    if (chords_.empty()) chords_ = ChordSequence(steps());
    chords_.append(next.chords_.empty() ? ChordSequence(next.steps()) : next.chords_);
  }
  const std::size_t old = events_.size();
  const std::size_t added = next.events_.size();  // `next` may be this melody
  events_.resize(old + added);
  std::copy_n(next.events_.begin(), added, events_.begin() + static_cast<std::ptrdiff_t>(old));
}

Melody Melody::repeated(int steps) const {
  if (steps > 0 && events_.empty()) throw ArgumentError("melody: an empty melody cannot be repeated; give it a step");
  Melody result(steps, grid_);
  for (std::size_t i = 0; i < result.events_.size(); ++i) result.events_[i] = events_[i % events_.size()];
  if (!chords_.empty()) result.chords_ = chords_.repeated(steps);
  return result;
}

Melody Melody::transposed(int semitones) const {
  Melody result = *this;
  result.chords_ = chords_.transposed(semitones);
  for (std::int8_t& event : result.events_) {
    if (event < 0) continue;
    const std::int64_t pitch = std::int64_t{event} + semitones;
    if (pitch < 0 || pitch > kMaxPitch) {
      throw ArgumentError("melody: transposing by " + std::to_string(semitones) + " semitones moves pitch " + std::to_string(event) +
                          " to " + std::to_string(pitch) + "; pitches are 0 to 127");
    }
    event = static_cast<std::int8_t>(pitch);
  }
  return result;
}

Melody Melody::on_grid(const Grid& grid) const {
  if (grid.steps_per_quarter != grid_.steps_per_quarter) {
    throw ArgumentError("melody: its steps are 1/" + std::to_string(grid_.steps_per_quarter) + " of a quarter note, not 1/" +
                        std::to_string(grid.steps_per_quarter) + "; quantise the notes to that grid");
  }
  Melody result(0, grid);
  result.events_ = events_;
  result.chords_ = chords_;
  return result;
}

int Melody::num_notes() const {
  return static_cast<int>(std::count_if(events_.begin(), events_.end(), [](std::int8_t event) { return event >= 0; }));
}

void Melody::refuse(int step) const {
  detail::refuse_step("melody", step, steps());
}

}  // namespace musicvae

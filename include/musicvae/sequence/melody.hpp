// Melody: a monophonic line on a grid of steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "musicvae/sequence/chord_sequence.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/step_mask.hpp"

namespace musicvae {

/// One event per step, as in note_seq: a pitch begins a note, kOff ends it, kHold changes nothing. Only one note sounds at a time, so a
/// note ends at the latest where the next one begins. At first every event is kHold, which is silence. A regular value, cheap to copy. Not
/// synchronised: one thread may write, or many may read.
///
/// What sounds before step 0 is not part of a melody: until its first note, a melody is silent, whether its events are kHold or kOff.
/// A melody can carry the chords that it is played over. Without them, chords() is empty. All functions keep events and chords together.
///
/// slice() copies events, so the slice of a sounding note begins with kHold, and the note is silent there. If the slices of a melody are
/// joined again, that kHold continues the note of the slice before it.
class Melody {
 public:
  using Mask = StepMask;                                   ///< chooses steps
  static constexpr std::string_view kPlural = "melodies";  ///< in messages

  static constexpr int kHold = -2;       ///< the step before goes on: its note or its silence
  static constexpr int kOff = -1;        ///< silence begins
  static constexpr int kMaxPitch = 127;  ///< an event from 0 to this is the MIDI pitch of a note that begins

  Melody() : Melody(0) {}
  /// Throws ArgumentError for fewer than 0 steps or a grid without steps.
  explicit Melody(int steps, Grid grid = {});

  [[nodiscard]] const Grid& grid() const { return grid_; }
  [[nodiscard]] int steps() const { return static_cast<int>(events_.size()); }
  [[nodiscard]] double bars() const { return static_cast<double>(steps()) / grid_.steps_per_bar(); }

  /// The event of a step: kHold, kOff, or a pitch. Throws ArgumentError when `step` is outside the melody.
  [[nodiscard]] int at(int step) const { return events_[index(step)]; }

  /// All events, one per step.
  [[nodiscard]] std::span<const std::int8_t> events() const { return events_; }

  /// Sets the event of a step. Throws ArgumentError when `step` is outside the melody, or when `event` is not kHold, kOff or a pitch.
  void set(int step, int event);

  /// The chords, one per step; empty if the melody has none.
  [[nodiscard]] const ChordSequence& chords() const { return chords_; }

  /// This melody with other chords, or with none if `chords` is empty. Throws ArgumentError unless there is one chord per step.
  [[nodiscard]] Melody with_chords(ChordSequence chords) const;

  /// Steps [first, first + count) as a new melody, with their events unchanged. Throws ArgumentError unless all of these steps are inside
  /// the melody.
  [[nodiscard]] Melody slice(int first, int count) const;

  /// A copy of this melody with `next` appended. If `next` begins with kHold, it goes on with what sounds at the end of this melody. If
  /// only one of them has chords, the other's are "N.C.". Throws ArgumentError when the grids differ.
  [[nodiscard]] Melody concat(const Melody& next) const;

  /// Appends `next` in place, as concat() does, so that joining many parts takes linear time. Throws ArgumentError when the grids differ.
  void append(const Melody& next);

  /// The events and chords of this melody, repeated or cut to `steps` steps. Throws ArgumentError when it is empty and `steps` is not 0.
  [[nodiscard]] Melody repeated(int steps) const;

  /// This melody and its chords, `semitones` higher (lower if negative). Throws ArgumentError when a pitch would leave 0..127.
  [[nodiscard]] Melody transposed(int semitones) const;

  /// The same steps on a grid of another meter. Throws ArgumentError when its steps are of another length.
  [[nodiscard]] Melody on_grid(const Grid& grid) const;

  /// How many notes begin in the melody.
  [[nodiscard]] int num_notes() const;

  friend bool operator==(const Melody&, const Melody&) = default;

 private:
  [[noreturn]] void refuse(int step) const;
  [[nodiscard]] std::size_t index(int step) const {
    if (step < 0 || step >= steps()) refuse(step);
    return static_cast<std::size_t>(step);
  }

  Grid grid_;
  std::vector<std::int8_t> events_;
  ChordSequence chords_;
};

}  // namespace musicvae

// Tracks: music of several instruments on a grid of steps.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "musicvae/sequence/chord_sequence.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/step_mask.hpp"

namespace musicvae {

/// A note of a track. It sounds during steps [start, end).
struct TrackNote {
  int pitch = 60;      ///< 0..127; of a drum, its General MIDI number
  int velocity = 100;  ///< 1..127
  int start = 0;
  int end = 1;
  friend bool operator==(const TrackNote&, const TrackNote&) = default;
};

/// One instrument: a General MIDI program, or drums.
struct Track {
  int program = 0;     ///< 0..127; 0 for drums
  bool drums = false;  ///< whether it is played on the drum channel
  std::vector<TrackNote> notes{};
  friend bool operator==(const Track&, const Track&) = default;
};

/// The tracks of a piece or of a part of it, in an order. The usual grid has 24 steps per quarter note, 96 per bar of 4/4. Any number of
/// notes may sound at once. Within a track, notes are ordered by start and pitch. Two tracks may have the same program. Tracks can carry
/// the chords that they are played on; without them, chords() is empty. A regular value, cheap to copy. Not synchronised: one thread may
/// write, or many may read.
class Tracks {
 public:
  using Mask = StepMask;                                 ///< chooses steps
  static constexpr std::string_view kPlural = "tracks";  ///< in messages
  /// The usual grid: 24 steps per quarter note. \hideinitializer
  static constexpr Grid kGrid{.steps_per_quarter = 24};

  Tracks() : Tracks(0) {}
  /// Without tracks. Throws ArgumentError for fewer than 0 steps or a grid without steps.
  explicit Tracks(int steps, Grid grid = kGrid);

  [[nodiscard]] const Grid& grid() const { return grid_; }
  [[nodiscard]] int steps() const { return steps_; }
  [[nodiscard]] double bars() const { return static_cast<double>(steps()) / grid_.steps_per_bar(); }

  [[nodiscard]] std::span<const Track> tracks() const { return tracks_; }

  /// The chords, one per step; empty if there are none.
  [[nodiscard]] const ChordSequence& chords() const { return chords_; }

  /// These tracks with other chords, or with none if `chords` is empty. Throws ArgumentError unless there is one chord per step.
  [[nodiscard]] Tracks with_chords(ChordSequence chords) const;

  /// Appends a track; it may be without notes. Throws ArgumentError for a program, pitch or velocity that is out of range, drums with a
  /// program, and a note that is empty or not inside the steps.
  void add(Track track);

  /// Steps [first, first + count) as new tracks. A note belongs to the slice in which it starts, and ends with that slice at the latest.
  /// Tracks without notes there are left out. Throws ArgumentError unless all of these steps are inside.
  [[nodiscard]] Tracks slice(int first, int count) const;

  /// A copy with `next` appended. A track of `next` goes on with the track here that has the same instrument; of several tracks of one
  /// instrument, the first with the first, and so on. If only one of them has chords, the other's are "N.C.". Throws ArgumentError when the
  /// grids differ.
  [[nodiscard]] Tracks concat(const Tracks& next) const;

  /// Appends `next` in place, as concat() does. Throws ArgumentError when the grids differ.
  void append(const Tracks& next);

  /// These tracks, repeated or cut to `steps` steps. Throws ArgumentError when there are no steps and `steps` is not 0.
  [[nodiscard]] Tracks repeated(int steps) const;

  /// These tracks and their chords, `semitones` higher (lower if negative); drums stay. Throws ArgumentError when a pitch would leave
  /// 0..127.
  [[nodiscard]] Tracks transposed(int semitones) const;

  /// The same steps on a grid of another meter. Throws ArgumentError when its steps are of another length.
  [[nodiscard]] Tracks on_grid(const Grid& grid) const;

  /// How many notes all tracks have.
  [[nodiscard]] int num_notes() const;

  friend bool operator==(const Tracks&, const Tracks&) = default;

 private:
  Grid grid_;
  int steps_ = 0;
  std::vector<Track> tracks_;
  ChordSequence chords_;
};

/// The notes that begin on the chosen steps from `chosen`, the others from `others`, instrument with instrument.
template <>
[[nodiscard]] Tracks StepMask::combine(const Tracks& chosen, const Tracks& others) const;

}  // namespace musicvae

// Trio: a melody, a bass line and drums, played together (Roberts et al. 2018, section 5.1).
#pragma once

#include <string_view>

#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/melody.hpp"
#include "musicvae/sequence/trio_mask.hpp"

namespace musicvae {

/// Three parts with the same steps on the same grid. A regular value, cheap to copy. Not synchronised: one thread may write, or many may
/// read. The drums keep their velocities and offsets, but a model of trios neither reads nor makes them.
class Trio {
 public:
  using Mask = TrioMask;                                ///< chooses steps of the parts
  static constexpr std::string_view kPlural = "trios";  ///< in messages

  Trio() : Trio(0) {}
  /// Three silent parts. Throws ArgumentError for fewer than 0 steps or a grid without steps.
  explicit Trio(int steps, Grid grid = {});
  /// Throws ArgumentError unless all parts have the same number of steps and the same grid.
  Trio(Melody melody, Melody bass, DrumSequence drums);

  [[nodiscard]] const Grid& grid() const { return drums_.grid(); }
  [[nodiscard]] int steps() const { return drums_.steps(); }
  [[nodiscard]] double bars() const { return drums_.bars(); }

  [[nodiscard]] const Melody& melody() const { return melody_; }
  [[nodiscard]] const Melody& bass() const { return bass_; }
  [[nodiscard]] const DrumSequence& drums() const { return drums_; }

  /// This trio with another part. Each throws ArgumentError unless the part has the trio's steps and grid.
  [[nodiscard]] Trio with_melody(Melody melody) const;
  [[nodiscard]] Trio with_bass(Melody bass) const;
  [[nodiscard]] Trio with_drums(DrumSequence drums) const;

  /// Steps [first, first + count) as a new trio. Throws ArgumentError unless all of these steps are inside the trio.
  [[nodiscard]] Trio slice(int first, int count) const;

  /// A copy of this trio with `next` appended, part by part. Throws ArgumentError when the grids differ.
  [[nodiscard]] Trio concat(const Trio& next) const;

  /// Appends `next` in place, so that joining many parts takes linear time. Throws ArgumentError when the grids differ.
  void append(const Trio& next);

  /// This trio, repeated or cut to `steps` steps. Throws ArgumentError when it is empty and `steps` is not 0.
  [[nodiscard]] Trio repeated(int steps) const;

  /// This trio with melody and bass `semitones` higher (lower if negative), and the same drums. Throws ArgumentError when a pitch would
  /// leave 0..127.
  [[nodiscard]] Trio transposed(int semitones) const;

  /// The same steps on a grid of another meter. Throws ArgumentError when its steps are of another length.
  [[nodiscard]] Trio on_grid(const Grid& grid) const;

  friend bool operator==(const Trio&, const Trio&) = default;

 private:
  Melody melody_;
  Melody bass_;
  DrumSequence drums_;
};

}  // namespace musicvae

// ChordSequence: the chords along a grid of steps, which any music on that grid can carry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "musicvae/sequence/chord.hpp"
#include "musicvae/sequence/grid.hpp"

namespace musicvae {

/// One chord per step. At first every chord is "N.C.". A regular value, cheap to copy. Not synchronised: one thread may write, or many may
/// read.
class ChordSequence {
 public:
  /// No steps, so no chords.
  ChordSequence() = default;
  /// Throws ArgumentError for fewer than 0 steps.
  explicit ChordSequence(int steps);

  [[nodiscard]] int steps() const { return static_cast<int>(classes_.size()); }
  [[nodiscard]] bool empty() const { return classes_.empty(); }

  /// The chord of a step. Throws ArgumentError when `step` is outside the sequence.
  [[nodiscard]] Chord at(int step) const;

  /// The classes of all chords (Chord::category), one per step.
  [[nodiscard]] std::span<const std::uint8_t> classes() const { return classes_; }

  /// Sets the chord of steps [first, first + count). Throws ArgumentError unless all of these steps are inside the sequence.
  void set(int first, int count, Chord chord);

  /// Steps [first, first + count) as a new sequence. Throws ArgumentError unless all of these steps are inside the sequence.
  [[nodiscard]] ChordSequence slice(int first, int count) const;

  /// Appends `next` in place.
  void append(const ChordSequence& next);

  /// These chords, repeated or cut to `steps` steps. Throws ArgumentError when there are none and `steps` is not 0.
  [[nodiscard]] ChordSequence repeated(int steps) const;

  /// These chords, `semitones` higher (lower if negative).
  [[nodiscard]] ChordSequence transposed(int semitones) const;

  friend bool operator==(const ChordSequence&, const ChordSequence&) = default;

 private:
  std::vector<std::uint8_t> classes_;
};

/// Chords that were read from symbols.
struct ReadChords {
  ChordSequence chords;
  std::vector<std::string> remarks;  ///< which symbols say more than the chord, each once: "Cmaj7 is read as C"
};

/// Reads chord symbols, as in {"C", "Am:2", "G:2"}: each lasts one bar of `grid`, or the number of beats after its colon. Throws
/// ArgumentError for no symbols, for a number of beats outside 1 to 4096, and as read_chord() does.
[[nodiscard]] ReadChords read_chords(std::span<const std::string> symbols, Grid grid = {});

/// The same for symbols in one text, separated by spaces: "C Am:2 G:2".
[[nodiscard]] ReadChords read_chords(std::string_view text, Grid grid = {});

}  // namespace musicvae

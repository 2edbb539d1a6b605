// The chords of one part of a file by step, for all converters of music with chords.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/sequence/chord_sequence.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/note_sequence.hpp"
#include "tempo_parts.hpp"

namespace musicvae::data {

/// A chord from step `step` on.
struct StepChord {
  std::int64_t step = 0;
  std::string symbol;
};

/// Finds the chord of any step: the last one that begins on it or before, "N.C." before the first.
class PartChords {
 public:
  /// `chords` by their steps. Of several on one step, the last one counts.
  explicit PartChords(std::span<const StepChord> chords);

  /// How many chords are not used because another one with another symbol is on their step.
  [[nodiscard]] std::int64_t coincident() const { return coincident_; }

  /// Numbers for the symbols of steps [first, first + count): equal ones have equal numbers.
  [[nodiscard]] std::vector<int> symbols(std::int64_t first, int count) const;

  /// The chords of those steps; empty if one of them is not a chord symbol, or none of the chords that models distinguish.
  [[nodiscard]] std::optional<ChordSequence> chords(std::int64_t first, int count) const;

 private:
  std::vector<std::pair<std::int64_t, int>> changes_;  // step, number of the symbol
  std::vector<std::optional<Chord>> known_;            // of each symbol
  std::int64_t coincident_ = 0;
};

/// The chords of a part as the reference quantises them, given all notes that begin in it and those of them that are converted. Chords are
/// inferred from the latter if the part has no symbols. Empty if the reference gives nothing for the part: different chords are on one
/// step, or none can be inferred. The part's bars have 16 steps.
[[nodiscard]] std::optional<PartChords> reference_chords(const NoteSequence& notes, const TempoPart& part, std::span<const Note> all,
                                                         std::span<const Note> converted);

/// The chords of a part in musical time. The part begins at tick 0, and its bars are as long as those of 4/4. Chords are inferred from its
/// pitched notes, two per bar, if it has no symbols.
[[nodiscard]] PartChords musical_chords(const NoteSequence& part, int steps_per_quarter = Grid{}.steps_per_quarter);

}  // namespace musicvae::data

// The parts of a piece in seconds between changes of tempo or meter, into which Magenta's converters cut it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/data/seconds_piece.hpp"

namespace musicvae::data {

/// A part of the piece with one tempo and one meter. What it contains begins at 0.
struct SecondsPart {
  double start = 0.0;  ///< in the piece
  double end = 0.0;    ///< of its last note
  double qpm = 120.0;
  SecondsPiece::Meter meter{};
  std::int64_t first_bar = 0;  ///< in the piece; a part begins a new bar
  std::vector<SecondsNote> notes{};
  std::vector<SecondsPiece::Pedal> pedals{};
  std::vector<SecondsPiece::Chord> chords{};
  std::vector<SecondsPiece::Key> keys{};

  /// Whether a bar has four quarters. note_seq refuses denominators that are not powers of two.
  [[nodiscard]] bool fits() const;
};

/// The parts, at least one. A note belongs to the part in which it begins, and ends where the part ends at the latest. Pedals, chords and
/// keys in force where a part begins are repeated at its start. The notes of a part are in the order of their starts.
[[nodiscard]] std::vector<SecondsPart> seconds_parts(SecondsPiece piece);

/// Moves the ends of the part's notes to where they stop sounding while the pedal is down, and the end of the part.
void apply_pedals(SecondsPart& part, LeftOutCounts& left_out);

/// 0, the multiples of `length` before `end`, and `end`: NumPy's arange.
[[nodiscard]] std::vector<double> lines_every(double length, double end);

/// The notes that begin in [start, end), with times from `start` on. They end at `end` at the latest.
[[nodiscard]] std::vector<SecondsNote> notes_in(std::span<const SecondsNote> notes, double start, double end);

/// The chords in [start, end), with the one in force at the start.
[[nodiscard]] std::vector<SecondsPiece::Chord> chords_in(std::span<const SecondsPiece::Chord> chords, double start, double end);

}  // namespace musicvae::data

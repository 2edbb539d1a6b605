// The bars and meters of a NoteSequence, and slices of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae {

/// A stretch of a piece in one meter.
struct MeterStretch {
  Ticks start;
  std::optional<Ticks> end;  ///< where the next stretch begins; empty for the last stretch
  int numerator = 4;
  int denominator = 4;
  std::int64_t first_bar = 0;  ///< counted from 0 at the start of the piece
  std::int64_t bars = 0;       ///< the last bar may be cut short; 0 for the last stretch, whose end depends on the notes
};

/// The stretches of constant meter: at least one, and the first begins at tick 0. The meter is 4/4 where none is set. A repeated meter does
/// not begin a new stretch.
[[nodiscard]] std::vector<MeterStretch> meter_stretches(const NoteSequence& notes);

/// The notes that begin at or after `from` and before `to` (if given), and the tempos, meters and chords that hold there. `from` becomes
/// tick 0. A note or chord that begins up to `early` ticks before a border belongs to the part after the border, so a note's tick may be
/// negative.
[[nodiscard]] NoteSequence slice(const NoteSequence& notes, Ticks from, std::optional<Ticks> to = {}, Ticks early = {});

}  // namespace musicvae

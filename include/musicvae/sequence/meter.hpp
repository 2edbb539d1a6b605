// Bars and meters of a NoteSequence, and parts of one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae {

/// A stretch of one meter.
struct MeterStretch {
  Ticks start;
  std::optional<Ticks> end;  ///< where the next stretch begins; nothing: the last one
  int numerator = 4;
  int denominator = 4;
  std::int64_t first_bar = 0;  ///< of the piece, from 0
  std::int64_t bars = 0;       ///< the last one perhaps cut short; 0 in the last stretch, whose end the notes decide
};

/// The stretches of constant meter, at least one, the first from tick 0 on; 4/4 where no meter is set. A repeated meter begins no stretch.
[[nodiscard]] std::vector<MeterStretch> meter_stretches(const NoteSequence& notes);

/// The notes that begin at or after `from` and, where it is given, before `to`, with `from` as tick 0; the tempos and meters that hold
/// there. A note that begins up to `early` ticks before a border belongs to what follows the border, at a negative tick if need be.
[[nodiscard]] NoteSequence slice(const NoteSequence& notes, Ticks from, std::optional<Ticks> to = {}, Ticks early = {});

}  // namespace musicvae

// The parts of a file by the length of their bars, for the cut bar_aligned.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// A part of a file: whole bars of 16 steps, or something that no window can contain.
struct MeterPart {
  NoteSequence notes;                ///< those that begin in the part, which begins at tick 0; a note up to half a step early counts
  bool fits = false;                 ///< whether bars have 16 steps
  std::int64_t first_bar = 0;        ///< within the file
  std::optional<std::int64_t> bars;  ///< how many, if the part fits; empty for the last part, whose end depends on the notes
};

/// Cuts the file where the length of a bar changes: 2/2 continues a part of 4/4. An incomplete bar before a change is a part of its own.
/// There is at least one part. A file without a meter is in 4/4. A step is a 16th, unless `steps_per_quarter` says otherwise.
[[nodiscard]] std::vector<MeterPart> meter_parts(const NoteSequence& notes, int steps_per_quarter = Grid{}.steps_per_quarter);

/// The length of a clip in steps, or 0 if the piece is not a clip. A clip ends exactly on a bar line that is not too far after the step
/// `last`, on which its last note begins.
[[nodiscard]] std::int64_t clip_steps(const NoteSequence& notes, std::int64_t last);

}  // namespace musicvae::data

// The parts of a file between changes of tempo or meter, into which Magenta's converters of drums and melodies cut it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// A part of the file with one tempo and one meter, from `start` to the next part.
struct TempoPart {
  Ticks start;
  std::optional<Ticks> end;  ///< where the next part begins; empty for the last part
  double start_seconds = 0.0;
  double qpm = 120.0;
  TimeSignature meter{};
  std::int64_t first_bar = 0;  ///< within the file; a part begins a new bar

  /// Whether a bar has 16 steps. note_seq refuses denominators that are not powers of two.
  [[nodiscard]] bool fits() const;
};

/// Cuts the file wherever tempo or meter change after its start. There is at least one part.
[[nodiscard]] std::vector<TempoPart> tempo_parts(const NoteSequence& notes);

/// Where the last part of note_seq ends.
[[nodiscard]] Ticks end_of_parts(const NoteSequence& notes);

/// Why a note is in no part, or nothing. `end` is that of end_of_parts().
[[nodiscard]] inline std::optional<LeftOut> outside_parts(const Note& note, Ticks end) {
  if (note.start < Ticks{}) return LeftOut::before_the_start;
  if (note.start >= end) return LeftOut::past_the_end;
  return {};
}

/// Calls `use(part, notes)` for each part in which some of `notes` start, with these in their order. No note may be outside the parts.
template <class N, class Use>
void for_each_part(const std::vector<TempoPart>& parts, const std::vector<N>& notes, Use use) {
  std::vector<std::vector<N>> by_part(parts.size());
  for (const N& note : notes) {
    const auto next =
        std::upper_bound(parts.begin(), parts.end(), note.start, [](Ticks at, const TempoPart& part) { return at < part.start; });
    by_part[static_cast<std::size_t>(next - parts.begin()) - 1].push_back(note);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!by_part[i].empty()) use(parts[i], std::span<const N>(by_part[i]));
  }
}

}  // namespace musicvae::data

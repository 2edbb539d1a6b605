// What the binding's files share about NoteSequence.
#pragma once

#include <optional>
#include <string>

#include "bindings.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::python {

/// Notes of pretty_midi, symusic, mido or note_seq, or a NoteSequence as it is. Throws ArgumentError for anything else, and what reading
/// them throws.
[[nodiscard]] NoteSequence notes_from(const py::object& other);

/// What NoteSequence.to_drums, NoteSequence.left_out and DrumSequence.from_notes do.
[[nodiscard]] inline QuantizedDrums drums_from(const NoteSequence& notes, const std::optional<DrumMap>& map, const Grid& grid,
                                               std::optional<int> bars) {
  return from_notes(notes, map.value_or(DrumMap::reduced()), grid, bars);
}

/// NoteSequence.from_arrays and to_arrays.
void add_arrays(py::class_<NoteSequence>& notes);

}  // namespace musicvae::python

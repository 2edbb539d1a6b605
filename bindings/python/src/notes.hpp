// What the binding's files share about NoteSequence.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "bindings.hpp"
#include "musicvae/data/seconds_piece.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_channel.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::python {

/// Whether `other` is note_seq's NoteSequence, a class that protobuf generates.
[[nodiscard]] bool is_note_seq(const py::object& other);

/// Converts notes from pretty_midi, symusic, mido or note_seq; returns a NoteSequence as it is. Throws ArgumentError for anything else, and
/// whatever reading them throws.
[[nodiscard]] NoteSequence notes_from(const py::object& other);

/// Converts notes to a piece in seconds: a SecondsPiece as it is, note_seq's NoteSequence with its exact times, a dict with the arguments
/// of SecondsPiece, or what notes_from() takes. Throws as notes_from() does.
[[nodiscard]] data::SecondsPiece piece_from(const py::object& object);

/// "any", a channel 0 to 15, or None: the channel is found from the notes.
using DrumChannelArgument = std::optional<std::variant<int, std::string>>;

/// Throws ArgumentError for another number or word.
[[nodiscard]] inline DrumChannel drum_channel_from(const DrumChannelArgument& argument) {
  if (!argument) return {};
  if (const int* channel = std::get_if<int>(&*argument)) return DrumChannel::of(*channel);
  const std::string& text = std::get<std::string>(*argument);
  if (text != "any") throw ArgumentError("drum channel \"" + text + "\" is not known; use \"any\", 0 to 15, or None");
  return DrumChannel::any();
}

/// The shared part of NoteSequence.to_drums, NoteSequence.left_out and DrumSequence.from_notes.
[[nodiscard]] inline QuantizedDrums drums_from(const NoteSequence& notes, const std::optional<DrumMap>& map, const Grid& grid,
                                               std::optional<int> bars, const DrumChannelArgument& channel) {
  return from_notes(notes, map.value_or(DrumMap::standard()), grid, bars, drum_channel_from(channel));
}

/// Adds NoteSequence.from_arrays and to_arrays.
void add_arrays(py::class_<NoteSequence>& notes);

}  // namespace musicvae::python

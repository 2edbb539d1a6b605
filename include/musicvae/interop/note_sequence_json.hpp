// NoteSequences as JSON: what magenta.js has, and what protobuf's JSON form of note_seq's NoteSequence is.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::interop {

/// Parses a NoteSequence. `source` names the text in errors. Notes are in seconds, or, if none has a time, in the steps of
/// quantizationInfo.stepsPerQuarter at the first tempo. A whole number may be in quotes, as protobuf writes 64-bit numbers. A note without
/// velocity has 80, as in magenta.js. All else is as in a record (data::parse_note_sequence): 220 ticks per quarter note unless told, 120
/// qpm unless told, a channel for each instrument. Unknown fields are skipped.
///
/// Throws FormatError for text that is not JSON or is JSON of another kind, a field twice, of the wrong kind or out of range, and steps
/// without stepsPerQuarter.
[[nodiscard]] NoteSequence parse_note_sequence_json(std::string_view text, const std::filesystem::path& source);

/// A NoteSequence as JSON text, in seconds, with the fields that magenta.js reads: notes, tempos, timeSignatures, totalTime and
/// ticksPerQuarter. Times and instruments are those of a record (data::serialize_note_sequence).
[[nodiscard]] std::string note_sequence_json(const NoteSequence& notes);

/// Whether notes are stored as JSON in a file of this name: it ends with ".json".
[[nodiscard]] bool is_notes_json(const std::filesystem::path& path);

/// Parses the contents of a file as read_notes does. `path` tells the format and names the bytes in errors.
[[nodiscard]] NoteSequence parse_notes(std::span<const std::byte> bytes, const std::filesystem::path& path);

/// Reads notes from a file: JSON if its name ends with ".json", MIDI otherwise. Throws as read_midi and parse_note_sequence_json do.
[[nodiscard]] NoteSequence read_notes(const std::filesystem::path& path);

/// Writes notes to a file: JSON if its name ends with ".json", MIDI otherwise. Throws as write_midi does.
void write_notes(const NoteSequence& notes, const std::filesystem::path& path);

}  // namespace musicvae::interop

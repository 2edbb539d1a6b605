// NoteSequence records: a NoteSequence in Magenta's format, a protobuf of notes in seconds. Schema: lib/data/note_sequence.proto.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// The origin of the notes. Enumerators of the schema are kept as numbers, so that values added later survive.
struct SourceInfo {
  std::int32_t source_type = 0;    ///< unknown
  std::int32_t encoding_type = 3;  ///< MIDI
  std::int32_t parser = 2;         ///< PRETTY_MIDI, because read_midi returns the same notes and times
  friend bool operator==(const SourceInfo&, const SourceInfo&) = default;
};

/// Notes with the names that they need within a collection. A regular value.
struct NoteSequenceRecord {
  std::string id{};        ///< unique among records of its kind
  std::string filename{};  ///< within the collection
  std::string collection_name{};
  SourceInfo source_info{};
  NoteSequence notes{};
  friend bool operator==(const NoteSequenceRecord&, const NoteSequenceRecord&) = default;
};

/// The record of a MIDI file, with the names that Magenta's convert_dir_to_note_sequences gives it. The id is "/id/midi/COLLECTION/SHA1",
/// where SHA1 is the hash of the file's name.
[[nodiscard]] NoteSequenceRecord record_of_midi(NoteSequence notes, std::string filename, std::string collection_name);

/// Which notes go into a record.
enum class RecordNotes : std::uint8_t { all, drums };

/// The bytes of a record. For notes from read_midi, all numbers match those of note_seq's midi_file_to_note_sequence to the last bit.
///
/// Seconds come from the tempo map. `tempos` are its segments, the first of which starts at 0. Instruments are numbered as in note_seq, by
/// track, program and channel in the order of their first note; with RecordNotes::drums the notes keep the numbers that they have among all
/// notes. total_time is the end of the last written note: any part of `notes.end` beyond that is lost. A note start or end before 0 becomes
/// 0, as in a MIDI file. Chords become text annotations of the type CHORD_SYMBOL, and sustain pedals control changes, one per
/// instrument of their channel. Bytes of a name that are not UTF-8 become U+FFFD. Any number of threads may call it.
[[nodiscard]] std::string serialize_note_sequence(const NoteSequenceRecord& record, RecordNotes notes = RecordNotes::all);

/// Parses a record; the inverse of serialize_note_sequence. Seconds are rounded to the nearest tick. `source` names the record in errors:
/// "x.tfrecord: record 3".
///
/// An absent or zero ticks_per_quarter means 220, as in note_seq. Without a tempo at the start, the tempo there is 120. Tempos, meters
/// and chords are sorted by time. A drum is on channel 9; each other instrument gets the next of the 15 other channels in turn. Each
/// instrument gets its own track, in the order of first notes. A note that ends before it starts gets zero length. `notes.end` is
/// total_time or the end of the last note, whichever is later. Unknown fields, controllers other than the sustain pedal, and
/// text annotations that are not chord symbols, are skipped.
///
/// Throws FormatError when the bytes are not a protobuf, a name is not UTF-8, a value is out of range (pitch, velocity and program 0 to
/// 127, ticks_per_quarter up to 32767, a meter that MIDI can hold, a tempo of 3.6 qpm or more, a time that is a number and not beyond
/// kMaxMidiTick), or the notes have quantised steps and no seconds. Any number of threads may call it.
[[nodiscard]] NoteSequenceRecord parse_note_sequence(std::span<const std::byte> bytes, const std::string& source);

}  // namespace musicvae::data

// NoteSequence records: a NoteSequence as Magenta keeps it, a protobuf of notes in seconds. The schema: lib/data/note_sequence.proto.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// What notes were made from: the schema's enumerators as numbers, so that later ones are kept, too.
struct SourceInfo {
  std::int32_t source_type = 0;    ///< unknown
  std::int32_t encoding_type = 3;  ///< MIDI
  std::int32_t parser = 2;         ///< PRETTY_MIDI, whose notes and times read_midi gives
  friend bool operator==(const SourceInfo&, const SourceInfo&) = default;
};

/// Notes with the names that a collection of them needs. A regular value.
struct NoteSequenceRecord {
  std::string id{};        ///< unlike all others of its kind
  std::string filename{};  ///< inside the collection
  std::string collection_name{};
  SourceInfo source_info{};
  NoteSequence notes{};
  friend bool operator==(const NoteSequenceRecord&, const NoteSequenceRecord&) = default;
};

/// The record of a MIDI file with the names that Magenta's convert_dir_to_note_sequences gives it: the id is
/// "/id/midi/COLLECTION/SHA1", the SHA-1 that of the file's name.
[[nodiscard]] NoteSequenceRecord record_of_midi(NoteSequence notes, std::string filename, std::string collection_name);

/// Which notes go into a record.
enum class RecordNotes : std::uint8_t { all, drums };

/// The bytes of a record: of notes from read_midi, with the numbers that note_seq's midi_file_to_note_sequence gives, to the last bit.
///
/// Seconds come from the tempo map. `tempos` are its stretches, the first from 0 on. Instruments are counted as note_seq counts them,
/// by track, program and channel in the order of their first note; with RecordNotes::drums the notes keep the numbers that they have
/// among all. total_time is the end of the last note that is written: what `notes.end` has beyond that is not kept. A
/// note that starts or ends before 0 does so at 0, as in a MIDI file. Bytes of a name that are no UTF-8 become U+FFFD.
/// Any number of threads may call it.
[[nodiscard]] std::string serialize_note_sequence(const NoteSequenceRecord& record, RecordNotes notes = RecordNotes::all);

/// The other way. Seconds go to the nearest tick. `source` names the record in errors: "x.tfrecord: record 3".
///
/// ticks_per_quarter that is absent or 0 means 220, as it does to note_seq; no tempo at the start means 120. Tempos and meters are put
/// in the order of their times. A drum is on channel 9; each other instrument gets the next of the 15 other channels in turn. Each
/// instrument is a track, in the order of their first notes. A note that ends before it starts has no length. `notes.end` is
/// total_time or the end of the last note, whichever is later. Unknown fields are passed over.
///
/// Throws FormatError: the bytes are no protobuf, a name is no UTF-8, a value is out of its range (pitch, velocity and program 0 to
/// 127, ticks_per_quarter to 32767, a meter that MIDI can hold, a tempo of 3.6 qpm or more, a time that is no number or beyond
/// max_midi_tick), or the notes have quantised steps and no seconds. Any number of threads may call it.
[[nodiscard]] NoteSequenceRecord parse_note_sequence(std::span<const std::byte> bytes, const std::string& source);

}  // namespace musicvae::data

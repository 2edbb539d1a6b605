// A NoteSequence record as stored: in seconds, with the fields of note_sequence.proto. Only the format is checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "musicvae/data/note_sequence_record.hpp"

namespace musicvae::data::wire {

struct TimeSignature {
  double time = 0.0;
  std::int32_t numerator = 0;
  std::int32_t denominator = 0;
};

struct Tempo {
  double time = 0.0;
  double qpm = 0.0;
};

struct Note {
  std::int32_t pitch = 0;
  std::int32_t velocity = 0;
  double start_time = 0.0;
  double end_time = 0.0;
  std::int32_t instrument = 0;
  std::int32_t program = 0;
  bool is_drum = false;
  std::int64_t quantized_end_step = 0;  // read only
};

struct TextAnnotation {
  double time = 0.0;
  std::string text{};
  std::int32_t annotation_type = 0;
};

struct ControlChange {
  double time = 0.0;
  std::int32_t control_number = 0;
  std::int32_t control_value = 0;
  std::int32_t instrument = 0;
  std::int32_t program = 0;
  bool is_drum = false;
};

/// The annotation_type of a chord symbol.
inline constexpr std::int32_t kChordSymbol = 1;

struct Sequence {
  std::string id{};
  std::string filename{};
  std::string collection_name{};
  std::int32_t ticks_per_quarter = 0;
  std::vector<TimeSignature> time_signatures{};
  std::vector<Tempo> tempos{};
  std::vector<Note> notes{};
  double total_time = 0.0;
  std::vector<ControlChange> control_changes{};
  std::vector<TextAnnotation> text_annotations{};
  SourceInfo source_info{.source_type = 0, .encoding_type = 0, .parser = 0};
};

/// Throws FormatError, without the record's name, when the bytes are not a protobuf or a name is not UTF-8.
[[nodiscard]] Sequence parse(std::span<const std::byte> bytes);

/// The notes of a record, in ticks; see parse_note_sequence. Throws FormatError or ArgumentError, without the record's name.
[[nodiscard]] NoteSequence notes_of(const Sequence& sequence);

/// A record in seconds; see serialize_note_sequence.
[[nodiscard]] Sequence sequence_of(const NoteSequenceRecord& record, RecordNotes which = RecordNotes::all);

/// Writes fields in the order of their numbers. Bytes of a name that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string serialize(const Sequence& sequence);

}  // namespace musicvae::data::wire

// The wire format is read and written with protozero, which is header-only. LibTorch exports the symbols of its own google::protobuf, with
// which a libprotobuf in the same process would clash.
#include "note_sequence_wire.hpp"

#include <nlohmann/json.hpp>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include "musicvae/error.hpp"

namespace musicvae::data::wire {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::pbf_writer;

namespace field {
enum Sequence : std::uint32_t {
  id = 1,
  filename = 2,
  collection_name = 3,
  ticks_per_quarter = 4,
  time_signatures = 5,
  tempos = 7,
  notes = 8,
  total_time = 9,
  control_changes = 11,
  source_info = 13,
  text_annotations = 14
};
enum class TimeSignature : std::uint32_t { time = 1, numerator = 2, denominator = 3 };
enum class Tempo : std::uint32_t { time = 1, qpm = 2 };
enum class Note : std::uint32_t {
  pitch = 1,
  velocity = 2,
  start_time = 3,
  end_time = 4,
  instrument = 7,
  program = 8,
  is_drum = 9,
  quantized_end_step = 14
};
enum class ControlChange : std::uint32_t { time = 1, control_number = 2, control_value = 3, instrument = 4, program = 5, is_drum = 6 };
enum class TextAnnotation : std::uint32_t { time = 1, text = 2, annotation_type = 3 };
enum class SourceInfo : std::uint32_t { source_type = 1, encoding_type = 2, parser = 3 };
}  // namespace field

/// Replaces bytes that are not UTF-8. A protobuf string must be UTF-8, and readers refuse the whole record otherwise.
std::string as_utf8(const std::string& text) {
  const std::string json = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return nlohmann::json::parse(json).get<std::string>();
}

/// Calls `take` with each field. Skips a field for which it returns false.
template <class Take>
void for_each_field(pbf_reader reader, Take take) {
  while (reader.next()) {
    if (!take(reader)) reader.skip();
  }
}

/// Reads a field's value if the wire type matches the value. A field of another wire type counts as unknown.
bool get(pbf_reader& reader, double& value) {
  if (reader.wire_type() != pbf_wire_type::fixed64) return false;
  value = reader.get_double();
  return true;
}
bool get(pbf_reader& reader, std::int32_t& value) {
  if (reader.wire_type() != pbf_wire_type::varint) return false;
  value = reader.get_int32();
  return true;
}
bool get(pbf_reader& reader, std::int64_t& value) {
  if (reader.wire_type() != pbf_wire_type::varint) return false;
  value = reader.get_int64();
  return true;
}
bool get(pbf_reader& reader, bool& value) {
  if (reader.wire_type() != pbf_wire_type::varint) return false;
  value = reader.get_bool();
  return true;
}
bool get(pbf_reader& reader, const char* what, std::string& value) {
  if (reader.wire_type() != pbf_wire_type::length_delimited) return false;
  value = reader.get_string();
  if (value != as_utf8(value)) throw FormatError(std::string(what) + " is not UTF-8; write the record again");
  return true;
}

TimeSignature read_time_signature(pbf_reader message) {
  TimeSignature result;
  for_each_field(message, [&](pbf_reader& f) {
    switch (static_cast<field::TimeSignature>(f.tag())) {
      case field::TimeSignature::time:
        return get(f, result.time);
      case field::TimeSignature::numerator:
        return get(f, result.numerator);
      case field::TimeSignature::denominator:
        return get(f, result.denominator);
    }
    return false;
  });
  return result;
}

Tempo read_tempo(pbf_reader message) {
  Tempo result;
  for_each_field(message, [&](pbf_reader& f) {
    switch (static_cast<field::Tempo>(f.tag())) {
      case field::Tempo::time:
        return get(f, result.time);
      case field::Tempo::qpm:
        return get(f, result.qpm);
    }
    return false;
  });
  return result;
}

Note read_note(pbf_reader message) {
  Note result;
  for_each_field(message, [&](pbf_reader& f) {
    switch (static_cast<field::Note>(f.tag())) {
      case field::Note::pitch:
        return get(f, result.pitch);
      case field::Note::velocity:
        return get(f, result.velocity);
      case field::Note::start_time:
        return get(f, result.start_time);
      case field::Note::end_time:
        return get(f, result.end_time);
      case field::Note::instrument:
        return get(f, result.instrument);
      case field::Note::program:
        return get(f, result.program);
      case field::Note::is_drum:
        return get(f, result.is_drum);
      case field::Note::quantized_end_step:
        return get(f, result.quantized_end_step);
    }
    return false;
  });
  return result;
}

ControlChange read_control_change(pbf_reader message) {
  ControlChange result;
  for_each_field(message, [&](pbf_reader& f) {
    switch (static_cast<field::ControlChange>(f.tag())) {
      case field::ControlChange::time:
        return get(f, result.time);
      case field::ControlChange::control_number:
        return get(f, result.control_number);
      case field::ControlChange::control_value:
        return get(f, result.control_value);
      case field::ControlChange::instrument:
        return get(f, result.instrument);
      case field::ControlChange::program:
        return get(f, result.program);
      case field::ControlChange::is_drum:
        return get(f, result.is_drum);
    }
    return false;
  });
  return result;
}

TextAnnotation read_text_annotation(pbf_reader message) {
  TextAnnotation result;
  for_each_field(message, [&](pbf_reader& f) {
    switch (static_cast<field::TextAnnotation>(f.tag())) {
      case field::TextAnnotation::time:
        return get(f, result.time);
      case field::TextAnnotation::text:
        return get(f, "a text annotation", result.text);
      case field::TextAnnotation::annotation_type:
        return get(f, result.annotation_type);
    }
    return false;
  });
  return result;
}

void read_source_info(pbf_reader message, SourceInfo& result) {
  for_each_field(message, [&](pbf_reader& f) {
    switch (static_cast<field::SourceInfo>(f.tag())) {
      case field::SourceInfo::source_type:
        return get(f, result.source_type);
      case field::SourceInfo::encoding_type:
        return get(f, result.encoding_type);
      case field::SourceInfo::parser:
        return get(f, result.parser);
    }
    return false;
  });
}

Sequence read(std::span<const std::byte> bytes) {
  Sequence result;
  for_each_field(pbf_reader(reinterpret_cast<const char*>(bytes.data()), bytes.size()), [&](pbf_reader& f) {
    const bool is_message = f.wire_type() == pbf_wire_type::length_delimited;
    switch (f.tag()) {
      case field::id:
        return get(f, "the id", result.id);
      case field::filename:
        return get(f, "the filename", result.filename);
      case field::collection_name:
        return get(f, "the collection_name", result.collection_name);
      case field::ticks_per_quarter:
        return get(f, result.ticks_per_quarter);
      case field::total_time:
        return get(f, result.total_time);
      case field::time_signatures:
        if (is_message) result.time_signatures.push_back(read_time_signature(f.get_message()));
        return is_message;
      case field::tempos:
        if (is_message) result.tempos.push_back(read_tempo(f.get_message()));
        return is_message;
      case field::notes:
        if (is_message) result.notes.push_back(read_note(f.get_message()));
        return is_message;
      case field::source_info:
        if (is_message) read_source_info(f.get_message(), result.source_info);
        return is_message;
      case field::control_changes:
        if (is_message) result.control_changes.push_back(read_control_change(f.get_message()));
        return is_message;
      case field::text_annotations:
        if (is_message) result.text_annotations.push_back(read_text_annotation(f.get_message()));
        return is_message;
      default:
        return false;
    }
  });
  return result;
}

// A field with its default value is omitted, as in proto3.
template <class Field>
void put(pbf_writer& out, Field tag, double value) {
  if (value != 0.0) out.add_double(static_cast<std::uint32_t>(tag), value);
}
template <class Field>
void put(pbf_writer& out, Field tag, std::int32_t value) {
  if (value != 0) out.add_int32(static_cast<std::uint32_t>(tag), value);
}
template <class Field>
void put(pbf_writer& out, Field tag, const std::string& value) {
  if (!value.empty()) out.add_string(static_cast<std::uint32_t>(tag), as_utf8(value));
}

void write(pbf_writer message, const TimeSignature& meter) {
  put(message, field::TimeSignature::time, meter.time);
  put(message, field::TimeSignature::numerator, meter.numerator);
  put(message, field::TimeSignature::denominator, meter.denominator);
}

void write(pbf_writer message, const Tempo& tempo) {
  put(message, field::Tempo::time, tempo.time);
  put(message, field::Tempo::qpm, tempo.qpm);
}

void write(pbf_writer message, const Note& note) {
  put(message, field::Note::pitch, note.pitch);
  put(message, field::Note::velocity, note.velocity);
  put(message, field::Note::start_time, note.start_time);
  put(message, field::Note::end_time, note.end_time);
  put(message, field::Note::instrument, note.instrument);
  put(message, field::Note::program, note.program);
  if (note.is_drum) message.add_bool(static_cast<std::uint32_t>(field::Note::is_drum), true);
}

void write(pbf_writer message, const ControlChange& change) {
  put(message, field::ControlChange::time, change.time);
  put(message, field::ControlChange::control_number, change.control_number);
  put(message, field::ControlChange::control_value, change.control_value);
  put(message, field::ControlChange::instrument, change.instrument);
  put(message, field::ControlChange::program, change.program);
  if (change.is_drum) message.add_bool(static_cast<std::uint32_t>(field::ControlChange::is_drum), true);
}

void write(pbf_writer message, const TextAnnotation& annotation) {
  put(message, field::TextAnnotation::time, annotation.time);
  put(message, field::TextAnnotation::text, annotation.text);
  put(message, field::TextAnnotation::annotation_type, annotation.annotation_type);
}

void write(pbf_writer message, const SourceInfo& info) {
  put(message, field::SourceInfo::source_type, info.source_type);
  put(message, field::SourceInfo::encoding_type, info.encoding_type);
  put(message, field::SourceInfo::parser, info.parser);
}

}  // namespace

Sequence parse(std::span<const std::byte> bytes) {
  try {
    return read(bytes);
  } catch (const protozero::exception& error) {
    throw FormatError(std::string("is not a NoteSequence (") + error.what() + "); name a file of NoteSequence records");
  }
}

std::string serialize(const Sequence& sequence) {
  std::string bytes;
  pbf_writer out(bytes);
  put(out, field::id, sequence.id);
  put(out, field::filename, sequence.filename);
  put(out, field::collection_name, sequence.collection_name);
  put(out, field::ticks_per_quarter, sequence.ticks_per_quarter);
  for (const TimeSignature& meter : sequence.time_signatures) write({out, field::time_signatures}, meter);
  for (const Tempo& tempo : sequence.tempos) write({out, field::tempos}, tempo);
  for (const Note& note : sequence.notes) write({out, field::notes}, note);
  put(out, field::total_time, sequence.total_time);
  for (const ControlChange& change : sequence.control_changes) write({out, field::control_changes}, change);
  write({out, field::source_info}, sequence.source_info);
  for (const TextAnnotation& annotation : sequence.text_annotations) write({out, field::text_annotations}, annotation);
  return bytes;
}

}  // namespace musicvae::data::wire

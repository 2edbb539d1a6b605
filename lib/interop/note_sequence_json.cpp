#include "musicvae/interop/note_sequence_json.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "../data/note_sequence_wire.hpp"
#include "js_json.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"

namespace musicvae::interop {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kUsualVelocity = 80;  // magenta.js, constants.DEFAULT_VELOCITY
constexpr double kUsualTempo = 120.0;

/// Reads the fields of one object. Errors name the object.
class Fields {
 public:
  Fields(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json.is_object()) fail("is not an object");
  }

  [[nodiscard]] bool has(const char* key) const { return json_.contains(key) && !json_[key].is_null(); }

  // An absent number is 0, as in a protobuf.
  [[nodiscard]] double number(const char* key) const {
    if (!has(key)) return 0.0;
    const Json& value = json_[key];
    double result = 0.0;
    if (value.is_number()) {
      result = value.get<double>();
    } else if (!value.is_string() || !parse(value.get<std::string>(), result)) {
      fail(std::string(key) + " is not a number");
    }
    if (!std::isfinite(result)) fail(std::string(key) + " is not finite");
    return result;
  }

  [[nodiscard]] std::int32_t integer(const char* key) const {
    const double value = number(key);
    if (value != std::floor(value) || std::abs(value) > std::numeric_limits<std::int32_t>::max())
      fail(std::string(key) + " is not a whole number");
    return static_cast<std::int32_t>(value);
  }

  [[nodiscard]] bool flag(const char* key) const {
    if (!has(key)) return false;
    if (!json_[key].is_boolean()) fail(std::string(key) + " is neither true nor false");
    return json_[key].get<bool>();
  }

  [[nodiscard]] std::string text(const char* key) const {
    if (!has(key) || !json_[key].is_string()) fail(std::string(key) + " is not a text");
    return json_[key].get<std::string>();
  }

  // Whether an annotation is a chord symbol: by the number of its type, or by its name.
  [[nodiscard]] bool is_chord() const {
    if (has("annotationType") && json_["annotationType"].is_string()) return json_["annotationType"] == "CHORD_SYMBOL";
    return integer("annotationType") == data::wire::kChordSymbol;
  }

  // Calls `take` with the fields of each entry of a list.
  template <class Take>
  void each(const char* key, Take take) const {
    if (!has(key)) return;
    if (!json_[key].is_array()) fail(std::string(key) + " is not a list");
    for (std::size_t i = 0; i < json_[key].size(); ++i) take(Fields(json_[key][i], where_ + ": " + key + "[" + std::to_string(i) + "]"));
  }

  [[nodiscard]] Fields object(const char* key) const { return {json_[key], where_ + ": " + key}; }

  [[noreturn]] void fail(const std::string& what) const { throw FormatError(where_ + " " + what + "; correct it"); }

 private:
  static bool parse(const std::string& text, double& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
  }

  const Json& json_;
  std::string where_;
};

data::wire::Note note_from(const Fields& fields, double seconds_per_step) {
  data::wire::Note note{.pitch = fields.integer("pitch"),
                        .velocity = fields.has("velocity") ? fields.integer("velocity") : kUsualVelocity,
                        .start_time = fields.number("startTime"),
                        .end_time = fields.number("endTime"),
                        .instrument = fields.integer("instrument"),
                        .program = fields.integer("program"),
                        .is_drum = fields.flag("isDrum")};
  if (seconds_per_step > 0.0) {
    note.start_time = fields.number("quantizedStartStep") * seconds_per_step;
    note.end_time = fields.number("quantizedEndStep") * seconds_per_step;
  }
  return note;
}

// Seconds per step if the notes have steps and no times; otherwise 0.
double seconds_per_step(const Fields& sequence, double qpm) {
  bool times = false;
  bool steps = false;
  sequence.each("notes", [&](const Fields& note) {
    times = times || note.has("startTime") || note.has("endTime");
    steps = steps || note.has("quantizedStartStep") || note.has("quantizedEndStep");
  });
  if (times || !steps) return 0.0;
  const double per_quarter = sequence.has("quantizationInfo") ? sequence.object("quantizationInfo").number("stepsPerQuarter") : 0.0;
  if (!(per_quarter > 0.0)) sequence.fail("has notes in steps, but no quantizationInfo.stepsPerQuarter");
  return 60.0 / qpm / per_quarter;
}

data::wire::Sequence sequence_from(const Fields& fields) {
  data::wire::Sequence sequence;
  sequence.ticks_per_quarter = fields.integer("ticksPerQuarter");
  sequence.total_time = fields.number("totalTime");
  fields.each("tempos", [&](const Fields& tempo) { sequence.tempos.push_back({tempo.number("time"), tempo.number("qpm")}); });
  fields.each("timeSignatures", [&](const Fields& meter) {
    sequence.time_signatures.push_back({meter.number("time"), meter.integer("numerator"), meter.integer("denominator")});
  });
  const double qpm = sequence.tempos.empty() ? kUsualTempo : sequence.tempos.front().qpm;
  const double step = seconds_per_step(fields, qpm > 0.0 ? qpm : kUsualTempo);
  fields.each("notes", [&](const Fields& note) { sequence.notes.push_back(note_from(note, step)); });
  fields.each("textAnnotations", [&](const Fields& annotation) {
    if (!annotation.is_chord()) return;
    const double time = step > 0.0 ? annotation.number("quantizedStep") * step : annotation.number("time");
    sequence.text_annotations.push_back({time, annotation.text("text"), data::wire::kChordSymbol});
  });
  if (step > 0.0) sequence.total_time = fields.number("totalQuantizedSteps") * step;
  return sequence;
}

// The fields of a NoteSequence that a file would have. An empty one is no NoteSequence with all fields missing, but one without notes.
void demand_note_sequence(const Json& json, const std::filesystem::path& source) {
  if (!json.is_object() || json.empty()) return;
  for (const char* field : {"notes", "tempos", "timeSignatures", "totalTime", "ticksPerQuarter", "quantizationInfo", "totalQuantizedSteps",
                            "textAnnotations", "id", "filename", "sourceInfo"}) {
    if (json.contains(field)) return;
  }
  throw FormatError(source.string() + ": is JSON, but no NoteSequence: it has \"" + json.begin().key() +
                    "\" instead of notes; name a NoteSequence");
}

}  // namespace

NoteSequence parse_note_sequence_json(std::string_view text, const std::filesystem::path& source) {
  const Json json = read_json({.bytes = std::as_bytes(std::span(text)), .path = source});
  demand_note_sequence(json, source);
  try {
    return data::wire::notes_of(sequence_from(Fields(json, source.string())));
  } catch (const Error& error) {
    const std::string what = error.what();
    throw FormatError(what.starts_with(source.string()) ? what : source.string() + ": " + what);
  }
}

std::string note_sequence_json(const NoteSequence& notes) {
  const data::wire::Sequence sequence = data::wire::sequence_of({.notes = notes});
  Json json = {{"ticksPerQuarter", sequence.ticks_per_quarter}, {"totalTime", sequence.total_time}};
  for (const auto& meter : sequence.time_signatures) {
    json["timeSignatures"].push_back({{"time", meter.time}, {"numerator", meter.numerator}, {"denominator", meter.denominator}});
  }
  for (const auto& tempo : sequence.tempos) json["tempos"].push_back({{"time", tempo.time}, {"qpm", tempo.qpm}});
  for (const auto& chord : sequence.text_annotations) {
    json["textAnnotations"].push_back({{"time", chord.time}, {"text", chord.text}, {"annotationType", chord.annotation_type}});
  }
  json["notes"] = Json::array();
  for (const auto& note : sequence.notes) {
    json["notes"].push_back({{"pitch", note.pitch},
                             {"velocity", note.velocity},
                             {"startTime", note.start_time},
                             {"endTime", note.end_time},
                             {"instrument", note.instrument},
                             {"program", note.program},
                             {"isDrum", note.is_drum}});
  }
  return json.dump(1) + "\n";
}

bool is_notes_json(const std::filesystem::path& path) {
  return path.extension() == ".json";
}

NoteSequence parse_notes(std::span<const std::byte> bytes, const std::filesystem::path& path) {
  if (!is_notes_json(path)) return parse_midi(bytes, path);
  return parse_note_sequence_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

NoteSequence read_notes(const std::filesystem::path& path) {
  return is_notes_json(path) ? parse_notes(read_file(path, kMaxMidiFileSize), path) : read_midi(path);
}

void write_notes(const NoteSequence& notes, const std::filesystem::path& path) {
  if (is_notes_json(path)) {
    write_file_atomically(path, note_sequence_json(notes), Durable::no);
  } else {
    write_midi(notes, path);
  }
}

}  // namespace musicvae::interop

#include "musicvae/data/note_sequence_record.hpp"

#include <glib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/rounded.hpp"
#include "note_sequence_wire.hpp"

namespace musicvae::data {
namespace {

constexpr int ticks_per_quarter_unless_told = 220;  // note_seq's STANDARD_PPQ
constexpr int max_ticks_per_quarter = 0x7FFF;
constexpr int drum_channel = 9;

/// note_seq's number of each note's instrument.
std::vector<int> instruments(const std::vector<Note>& notes) {
  std::map<std::tuple<int, int, int>, int> known;
  std::vector<int> result;
  result.reserve(notes.size());
  for (const Note& note : notes) {
    result.push_back(known.emplace(std::tuple(note.track, note.program, note.channel), static_cast<int>(known.size())).first->second);
  }
  return result;
}

/// A value's name for errors: `of` the note of that index, if a note's.
struct Name {
  const char* value;
  std::optional<std::size_t> of{};

  [[nodiscard]] std::string text() const { return of ? "note " + std::to_string(*of) + "'s " + value : std::string(value); }
};

/// What is wrong with a value; the record's name is put before it.
[[noreturn]] void fail(const std::string& what) {
  throw FormatError(what);
}

void check_range(const Name& name, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return;
  fail(name.text() + " is " + std::to_string(value) + "; use " + std::to_string(low) + " to " + std::to_string(high));
}

/// `ticks` as a position of a piece, `time` being what the record says. A NaN is refused, too.
Ticks position(const Name& name, double time, double ticks) {
  if (!(std::abs(ticks) <= static_cast<double>(max_midi_tick.value))) {
    fail(name.text() + " is " + std::to_string(time) + " s, at no tick of a MIDI file; use a time within the piece");
  }
  return {std::llround(ticks)};
}

/// The nearest tick.
Ticks position(const Name& name, double time, const TempoMap& tempo_map) {
  constexpr double longest = 1e9;  // seconds; beyond it no tempo has ticks that a file may have
  if (!(std::abs(time) <= longest)) return position(name, time, HUGE_VAL);
  return position(name, time, static_cast<double>(tempo_map.ticks({time}).value));
}

TempoMap tempo_map(const wire::Sequence& sequence) {
  check_range({"ticks_per_quarter"}, sequence.ticks_per_quarter, 0, max_ticks_per_quarter);
  const int ticks_per_quarter = sequence.ticks_per_quarter == 0 ? ticks_per_quarter_unless_told : sequence.ticks_per_quarter;
  std::vector<wire::Tempo> sorted = sequence.tempos;
  for (const wire::Tempo& tempo : sorted) {
    if (!(tempo.time >= 0.0)) fail("a tempo's time is " + std::to_string(tempo.time) + " s; use 0 or more");
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const wire::Tempo& a, const wire::Tempo& b) { return a.time < b.time; });
  std::vector<Tempo> tempos;
  double since = 0.0;  // the time of `last`
  double seconds_per_tick = 0.5 / ticks_per_quarter;
  Ticks last;
  for (const wire::Tempo& tempo : sorted) {
    const double past = (tempo.time - since) / seconds_per_tick;
    const Ticks at = std::max(last, position({"a tempo's time"}, tempo.time, static_cast<double>(last.value) + std::round(past)));
    since += rounded(seconds_per_tick * static_cast<double>((at - last).value));
    tempos.push_back(Tempo::from_qpm(tempo.qpm, at));
    seconds_per_tick = tempos.back().microseconds_per_quarter * 1e-6 / ticks_per_quarter;
    last = at;
  }
  return TempoMap(ticks_per_quarter, std::move(tempos));
}

std::vector<TimeSignature> time_signatures(const wire::Sequence& sequence, const TempoMap& tempos) {
  std::vector<TimeSignature> result;
  for (const wire::TimeSignature& meter : sequence.time_signatures) {
    check_range({"a time signature's numerator"}, meter.numerator, 1, 255);
    if (meter.denominator < 1 || !std::has_single_bit(static_cast<unsigned>(meter.denominator))) {
      fail("a time signature's denominator is " + std::to_string(meter.denominator) + "; use a power of two");
    }
    const Ticks at = std::max(Ticks{}, position({"a time signature's time"}, meter.time, tempos));
    result.push_back({.at = at, .numerator = meter.numerator, .denominator = meter.denominator});
  }
  std::stable_sort(result.begin(), result.end(), [](const TimeSignature& a, const TimeSignature& b) { return a.at < b.at; });
  return result;
}

/// Each instrument's track and channel.
class Instruments {
 public:
  struct Place {
    int track;
    int channel;
  };

  Place place(const wire::Note& note) {
    const auto key = std::tuple(note.instrument, note.program, note.is_drum);
    const auto found = places_.find(key);
    return found != places_.end() ? found->second : places_.emplace(key, next(note.is_drum)).first->second;
  }

 private:
  Place next(bool is_drum) {
    const int track = static_cast<int>(places_.size());
    if (is_drum) return {track, drum_channel};
    constexpr int other_channels = 15;
    const int channel = pitched_++ % other_channels;
    return {track, channel < drum_channel ? channel : channel + 1};
  }

  std::map<std::tuple<std::int32_t, std::int32_t, bool>, Place> places_;
  int pitched_ = 0;
};

void check_seconds(const std::vector<wire::Note>& notes) {
  const auto has_seconds = [](const wire::Note& note) { return note.start_time != 0.0 || note.end_time != 0.0; };
  const auto has_steps = [](const wire::Note& note) { return note.quantized_end_step != 0; };
  if (std::any_of(notes.begin(), notes.end(), has_steps) && std::none_of(notes.begin(), notes.end(), has_seconds)) {
    fail("the notes have quantised steps and no seconds; give them start_time and end_time");
  }
}

NoteSequence from_wire(const wire::Sequence& sequence) {
  check_seconds(sequence.notes);
  NoteSequence result;
  result.tempo_map = tempo_map(sequence);
  result.time_signatures = time_signatures(sequence, result.tempo_map);
  result.notes.reserve(sequence.notes.size());
  Instruments instruments;
  for (const wire::Note& note : sequence.notes) {
    const std::size_t index = result.notes.size();
    check_range({"pitch", index}, note.pitch, 0, 127);
    check_range({"velocity", index}, note.velocity, 0, 127);
    check_range({"program", index}, note.program, 0, 127);
    const Ticks start = position({"start_time", index}, note.start_time, result.tempo_map);
    const Ticks end = std::max(start, position({"end_time", index}, note.end_time, result.tempo_map));
    const auto [track, channel] = instruments.place(note);
    result.notes.push_back({.pitch = note.pitch,
                            .velocity = note.velocity,
                            .start = start,
                            .end = end,
                            .channel = channel,
                            .program = note.program,
                            .track = track});
    result.end = std::max(result.end, end);
  }
  result.end = std::max(result.end, position({"total_time"}, sequence.total_time, result.tempo_map));
  return result;
}

wire::Note to_wire(const NoteSequence& sequence, const Note& note, int instrument) {
  const double start = std::max(0.0, sequence.start_seconds(note).value);
  return {.pitch = note.pitch,
          .velocity = note.velocity,
          .start_time = start,
          .end_time = std::max(start, sequence.end_seconds(note).value),
          .instrument = instrument,
          .program = note.program,
          .is_drum = note.is_drum()};
}

}  // namespace

NoteSequenceRecord record_of_midi(NoteSequence notes, std::string filename, std::string collection_name) {
  const std::unique_ptr<gchar, decltype(&g_free)> sha1(
      g_compute_checksum_for_string(G_CHECKSUM_SHA1, filename.data(), static_cast<gssize>(filename.size())), &g_free);
  NoteSequenceRecord record{.id = "/id/midi/" + collection_name + "/" + sha1.get()};
  record.filename = std::move(filename);
  record.collection_name = std::move(collection_name);
  record.notes = std::move(notes);
  return record;
}

std::string serialize_note_sequence(const NoteSequenceRecord& record, RecordNotes which) {
  const NoteSequence& sequence = record.notes;
  wire::Sequence out{.id = record.id,
                     .filename = record.filename,
                     .collection_name = record.collection_name,
                     .ticks_per_quarter = sequence.tempo_map.ticks_per_quarter(),
                     .source_info = record.source_info};
  for (const TimeSignature& meter : sequence.time_signatures) {
    out.time_signatures.push_back({sequence.tempo_map.seconds(meter.at).value, meter.numerator, meter.denominator});
  }
  for (const TempoSegment& segment : sequence.tempo_map.segments()) out.tempos.push_back({segment.time.value, segment.qpm});
  const std::vector<int> numbers = instruments(sequence.notes);
  for (std::size_t i = 0; i < sequence.notes.size(); ++i) {
    const Note& note = sequence.notes[i];
    if (which == RecordNotes::drums && !note.is_drum()) continue;
    out.notes.push_back(to_wire(sequence, note, numbers[i]));
    out.total_time = std::max(out.total_time, out.notes.back().end_time);
  }
  return wire::serialize(out);
}

NoteSequenceRecord parse_note_sequence(std::span<const std::byte> bytes, const std::string& source) {
  try {
    wire::Sequence sequence = wire::parse(bytes);
    NoteSequenceRecord record{.id = std::move(sequence.id),
                              .filename = std::move(sequence.filename),
                              .collection_name = std::move(sequence.collection_name),
                              .source_info = sequence.source_info};
    record.notes = from_wire(sequence);
    return record;
  } catch (const Error& error) {
    throw FormatError(source + ": " + error.what());
  }
}

}  // namespace musicvae::data

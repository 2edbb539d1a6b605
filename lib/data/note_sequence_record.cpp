#include "musicvae/data/note_sequence_record.hpp"

#include <glib.h>

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/midi/timed_notes.hpp"
#include "note_sequence_wire.hpp"

namespace musicvae::data {
namespace {

constexpr int ticks_per_quarter_unless_told = 220;  // note_seq's STANDARD_PPQ
constexpr int sustain_pedal = 64;                   // a controller
constexpr int pedal_is_down = 64;                   // from this value of it on
constexpr int pedal_down = 127;

/// note_seq's instrument number for each note.
std::vector<int> instruments(const std::vector<Note>& notes) {
  std::map<std::tuple<int, int, int>, int> known;
  std::vector<int> result;
  result.reserve(notes.size());
  for (const Note& note : notes) {
    result.push_back(known.emplace(std::tuple(note.track, note.program, note.channel), static_cast<int>(known.size())).first->second);
  }
  return result;
}

void check_seconds(const std::vector<wire::Note>& notes) {
  const auto has_seconds = [](const wire::Note& note) { return note.start_time != 0.0 || note.end_time != 0.0; };
  const auto has_steps = [](const wire::Note& note) { return note.quantized_end_step != 0; };
  if (std::any_of(notes.begin(), notes.end(), has_steps) && std::none_of(notes.begin(), notes.end(), has_seconds)) {
    throw FormatError("the notes have quantised steps but no seconds; give them start_time and end_time");
  }
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

/// The pedals of each instrument that plays on their channel. `numbers` are those of the notes' instruments.
std::vector<wire::ControlChange> pedals_of(const NoteSequence& sequence, const std::vector<int>& numbers, RecordNotes which) {
  std::map<std::tuple<int, int>, std::map<int, const musicvae::Note*>> of_channel;
  for (std::size_t i = 0; i < sequence.notes.size(); ++i) {
    const musicvae::Note& note = sequence.notes[i];
    if (which == RecordNotes::all || note.is_drum()) of_channel[{note.track, note.channel}].emplace(numbers[i], &note);
  }
  std::vector<wire::ControlChange> result;
  for (const PedalChange& pedal : sequence.pedals) {
    for (const auto& [number, note] : of_channel[{pedal.track, pedal.channel}]) {
      result.push_back({.time = sequence.tempo_map.seconds(pedal.at).value,
                        .control_number = sustain_pedal,
                        .control_value = pedal.down ? pedal_down : 0,
                        .instrument = number,
                        .program = note->program,
                        .is_drum = note->is_drum()});
    }
  }
  return result;
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

NoteSequence wire::notes_of(const Sequence& sequence) {
  check_seconds(sequence.notes);
  TimedNotes timed;
  timed.ticks_per_quarter = sequence.ticks_per_quarter == 0 ? ticks_per_quarter_unless_told : sequence.ticks_per_quarter;
  for (const wire::Tempo& tempo : sequence.tempos) timed.tempos.push_back({{tempo.time}, tempo.qpm});
  for (const wire::TimeSignature& meter : sequence.time_signatures) {
    timed.time_signatures.push_back({{meter.time}, meter.numerator, meter.denominator});
  }
  timed.notes.reserve(sequence.notes.size());
  InstrumentPlaces instruments;
  for (const wire::Note& note : sequence.notes) {
    const auto [track, channel] = instruments.place(note.instrument, note.program, note.is_drum);
    timed.notes.push_back({.pitch = note.pitch,
                           .velocity = note.velocity,
                           .start = {note.start_time},
                           .end = {note.end_time},
                           .channel = channel,
                           .program = note.program,
                           .track = track});
  }
  for (const wire::TextAnnotation& annotation : sequence.text_annotations) {
    if (annotation.annotation_type == wire::kChordSymbol) timed.chords.push_back({{annotation.time}, annotation.text});
  }
  for (const wire::ControlChange& change : sequence.control_changes) {
    if (change.control_number != sustain_pedal) continue;
    const auto [track, channel] = instruments.place(change.instrument, change.program, change.is_drum);
    timed.pedals.push_back({.at = {change.time}, .down = change.control_value >= pedal_is_down, .channel = channel, .track = track});
  }
  timed.end = {sequence.total_time};
  return to_ticks(timed);
}

wire::Sequence wire::sequence_of(const NoteSequenceRecord& record, RecordNotes which) {
  const NoteSequence& sequence = record.notes;
  wire::Sequence out{.id = record.id,
                     .filename = record.filename,
                     .collection_name = record.collection_name,
                     .ticks_per_quarter = sequence.tempo_map.ticks_per_quarter(),
                     .source_info = record.source_info};
  for (const musicvae::TimeSignature& meter : sequence.time_signatures) {
    out.time_signatures.push_back({sequence.tempo_map.seconds(meter.at).value, meter.numerator, meter.denominator});
  }
  for (const TempoSegment& segment : sequence.tempo_map.segments()) out.tempos.push_back({segment.time.value, segment.qpm});
  for (const ChordAnnotation& chord : sequence.chords) {
    out.text_annotations.push_back({sequence.tempo_map.seconds(chord.at).value, chord.symbol, wire::kChordSymbol});
  }
  const std::vector<int> numbers = instruments(sequence.notes);
  out.control_changes = pedals_of(sequence, numbers, which);
  for (std::size_t i = 0; i < sequence.notes.size(); ++i) {
    const musicvae::Note& note = sequence.notes[i];
    if (which == RecordNotes::drums && !note.is_drum()) continue;
    out.notes.push_back(to_wire(sequence, note, numbers[i]));
    out.total_time = std::max(out.total_time, out.notes.back().end_time);
  }
  return out;
}

std::string serialize_note_sequence(const NoteSequenceRecord& record, RecordNotes which) {
  return wire::serialize(wire::sequence_of(record, which));
}

NoteSequenceRecord parse_note_sequence(std::span<const std::byte> bytes, const std::string& source) {
  try {
    wire::Sequence sequence = wire::parse(bytes);
    NoteSequenceRecord record{.id = std::move(sequence.id),
                              .filename = std::move(sequence.filename),
                              .collection_name = std::move(sequence.collection_name),
                              .source_info = sequence.source_info};
    record.notes = wire::notes_of(sequence);
    return record;
  } catch (const Error& error) {
    throw FormatError(source + ": " + error.what());
  }
}

}  // namespace musicvae::data

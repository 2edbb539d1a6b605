// libsmf's smf_save is not used: it writes only to a file name, reads that file again to compare, and takes quadratic time for that.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "bytes.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"

namespace musicvae {
namespace {

constexpr int max_tracks = 0xFFFF;

/// One event to write. At the same tick, tempos and meters come first, then pedals, ends of notes, unended notes and starts of notes. Equal
/// events keep their order in the sequence.
struct Event {
  enum class Kind { tempo, time_signature, pedal, note_off, unended, note_on };

  int track;
  Ticks at;
  Kind kind;
  std::size_t index;  // into the tempos, time signatures, pedals, notes or unended notes

  friend bool operator<(const Event& a, const Event& b) {
    return std::tie(a.track, a.at, a.kind, a.index) < std::tie(b.track, b.at, b.kind, b.index);
  }
};

/// `note`: the index of the note, if the value belongs to a note.
void check_range(const char* what, std::int64_t value, std::int64_t low, std::int64_t high, std::optional<std::size_t> note = {}) {
  if (value >= low && value <= high) return;
  const std::string owner = note ? "note " + std::to_string(*note) + "'s " : "the ";
  throw ArgumentError("writing MIDI: " + owner + what + " is " + std::to_string(value) + "; use " + std::to_string(low) + " to " +
                      std::to_string(high));
}

/// A note that starts before the file starts at tick 0.
Ticks start_in_file(const Note& note) {
  return std::max(note.start, Ticks{0});
}

void check(const Note& note, std::size_t index) {
  check_range("pitch", note.pitch, 0, 127, index);
  check_range("velocity", note.velocity, 0, 127, index);
  check_range("channel", note.channel, 0, 15, index);
  check_range("program", note.program, 0, 127, index);
  check_range("track", note.track, 0, max_tracks - 1, index);
  check_range("start tick", note.start.value, -kMaxMidiTick.value, kMaxMidiTick.value - 1, index);
  check_range("end tick", note.end.value, note.start.value, kMaxMidiTick.value, index);
}

void check(const TimeSignature& meter) {
  check_range("time signature's tick", meter.at.value, 0, kMaxMidiTick.value);
  check_range("time signature's numerator", meter.numerator, 1, 255);
  check_range("time signature's denominator", meter.denominator, 1, 1 << midi::max_denominator_power);
  if (!std::has_single_bit(static_cast<unsigned>(meter.denominator))) {
    throw ArgumentError("writing MIDI: the time signature's denominator is " + std::to_string(meter.denominator) + "; use a power of two");
  }
}

/// The end of a sequence whose `end` is 0: its last note, tempo or meter.
Ticks last_tick(const NoteSequence& sequence) {
  Ticks last;
  for (const Note& note : sequence.notes) last = std::max({last, note.end, start_in_file(note) + Ticks{1}});
  for (const Note& note : sequence.unended) last = std::max(last, start_in_file(note));
  for (const Tempo& tempo : sequence.tempo_map.tempos()) last = std::max(last, tempo.at);
  for (const TimeSignature& meter : sequence.time_signatures) last = std::max(last, meter.at);
  for (const PedalChange& pedal : sequence.pedals) last = std::max(last, pedal.at);
  return last;
}

/// All events of all tracks, in the order of writing.
std::vector<Event> events(const NoteSequence& sequence, Ticks end) {
  std::vector<Event> result;
  result.reserve(2 * sequence.notes.size() + sequence.time_signatures.size() + sequence.tempo_map.tempos().size());
  for (std::size_t i = 0; i < sequence.tempo_map.tempos().size(); ++i) {
    const Ticks at = sequence.tempo_map.tempos()[i].at;
    check_range("tempo's tick", at.value, 0, kMaxMidiTick.value);
    if (at <= end) result.push_back({0, at, Event::Kind::tempo, i});
  }
  for (std::size_t i = 0; i < sequence.time_signatures.size(); ++i) {
    check(sequence.time_signatures[i]);
    if (sequence.time_signatures[i].at <= end) result.push_back({0, sequence.time_signatures[i].at, Event::Kind::time_signature, i});
  }
  for (std::size_t i = 0; i < sequence.pedals.size(); ++i) {
    const PedalChange& pedal = sequence.pedals[i];
    check_range("pedal's tick", pedal.at.value, 0, kMaxMidiTick.value);
    check_range("pedal's channel", pedal.channel, 0, 15);
    check_range("pedal's track", pedal.track, 0, max_tracks - 1);
    if (pedal.at <= end) result.push_back({pedal.track, pedal.at, Event::Kind::pedal, i});
  }
  for (std::size_t i = 0; i < sequence.notes.size(); ++i) {
    const Note& note = sequence.notes[i];
    const Ticks start = start_in_file(note);
    check_range("start tick", start.value, 0, end.value - 1, i);
    result.push_back({note.track, start, Event::Kind::note_on, i});
    result.push_back({note.track, std::clamp(note.end, start + Ticks{1}, end), Event::Kind::note_off, i});
  }
  for (std::size_t i = 0; i < sequence.unended.size(); ++i) {
    const Ticks start = start_in_file(sequence.unended[i]);
    check_range("start tick", start.value, 0, end.value, i);
    result.push_back({sequence.unended[i].track, start, Event::Kind::unended, i});
  }
  std::sort(result.begin(), result.end());
  return result;
}

/// Writes the chunk of one track, event by event.
class TrackWriter {
 public:
  explicit TrackWriter(std::string& out) : out_(out), start_(midi::begin_track(out)) {}

  void tempo(const Tempo& tempo) {
    const auto us = static_cast<int>(tempo.microseconds_per_quarter);
    put(tempo.at, {0xFF, midi::meta_tempo, 3, us >> 16, us >> 8, us});
  }

  void time_signature(const TimeSignature& meter) {
    const int power = std::countr_zero(static_cast<unsigned>(meter.denominator));
    put(meter.at, {0xFF, midi::meta_time_signature, 4, meter.numerator, power, midi::clocks_per_click, midi::notated_32nds_per_quarter});
  }

  void pedal(const PedalChange& pedal) { put(pedal.at, {0xB0 | pedal.channel, midi::sustain_pedal, pedal.down ? 127 : 0}); }

  void note_on(const Note& note, Ticks at) {
    program(note, at);
    put(at, {0x90 | note.channel, note.pitch, std::max(note.velocity, 1)});
    ++sounding(note);
  }

  void note_off(const Note& note, Ticks at) {
    program(note, at);
    put(at, {0x80 | note.channel, note.pitch, 0});
    --sounding(note);
  }

  /// Ends the note on its own tick, so that it does not sound for ever. If another note of its pitch is sounding, the end of that note ends
  /// both.
  void unended(const Note& note, Ticks at) {
    note_on(note, at);
    --sounding(note);
    if (sounding(note) == 0) put(at, {0x80 | note.channel, note.pitch, 0});
  }

  void end(Ticks at) {
    put(at, {0xFF, midi::meta_end_of_track, 0});
    midi::end_track(out_, start_);
  }

 private:
  int& sounding(const Note& note) { return sounding_[static_cast<std::size_t>(note.channel * 128 + note.pitch)]; }

  /// Ensures that the channel has the note's program. A reader assigns to a note the program at the note's end.
  void program(const Note& note, Ticks at) {
    int& now = program_[static_cast<std::size_t>(note.channel)];
    if (now == note.program) return;
    now = note.program;
    put(at, {0xC0 | note.channel, note.program});
  }

  void put(Ticks at, std::initializer_list<int> bytes) {
    midi::append_quantity(out_, static_cast<std::uint32_t>((at - last_).value));
    midi::append_bytes(out_, bytes);
    last_ = at;
  }

  std::string& out_;
  std::size_t start_;
  Ticks last_;
  std::array<int, 16> program_{};
  std::array<int, 16 * 128> sounding_{};  // number of notes, by channel and pitch
};

}  // namespace

std::string serialize_midi(const NoteSequence& sequence) {
  check_range("number of ticks per quarter", sequence.tempo_map.ticks_per_quarter(), 1, 0x7FFF);
  for (std::size_t i = 0; i < sequence.notes.size(); ++i) check(sequence.notes[i], i);
  for (std::size_t i = 0; i < sequence.unended.size(); ++i) check(sequence.unended[i], i);
  const Ticks end = sequence.end == Ticks{} ? last_tick(sequence) : sequence.end;
  check_range("end tick", end.value, 0, kMaxMidiTick.value);
  const std::vector<Event> all = events(sequence, end);
  const int tracks = all.empty() ? 1 : all.back().track + 1;

  std::string out;
  midi::append_header(out, tracks > 1 ? 1 : 0, tracks, sequence.tempo_map.ticks_per_quarter());
  auto event = all.begin();
  for (int t = 0; t < tracks; ++t) {
    TrackWriter track(out);
    for (; event != all.end() && event->track == t; ++event) {
      switch (event->kind) {
        case Event::Kind::tempo:
          track.tempo(sequence.tempo_map.tempos()[event->index]);
          break;
        case Event::Kind::time_signature:
          track.time_signature(sequence.time_signatures[event->index]);
          break;
        case Event::Kind::pedal:
          track.pedal(sequence.pedals[event->index]);
          break;
        case Event::Kind::note_off:
          track.note_off(sequence.notes[event->index], event->at);
          break;
        case Event::Kind::note_on:
          track.note_on(sequence.notes[event->index], event->at);
          break;
        case Event::Kind::unended:
          track.unended(sequence.unended[event->index], event->at);
          break;
      }
    }
    track.end(end);
  }
  check_range("file's size in bytes", static_cast<std::int64_t>(out.size()), 0, kMaxMidiFileSize);
  return out;
}

}  // namespace musicvae

#include "musicvae/midi/timed_notes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/numerics/rounded.hpp"

namespace musicvae {
namespace {

constexpr int highest_resolution = 0x7FFF;
constexpr int last_track = 0xFFFE;

/// The name of a value for errors; `of` is the index of the note, if it belongs to a note.
struct ValueName {
  const char* value;
  std::optional<std::size_t> of{};

  [[nodiscard]] std::string text() const { return of ? "note " + std::to_string(*of) + "'s " + value : std::string(value); }
};

void expect_in_range(const ValueName& name, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return;
  throw ArgumentError(name.text() + " is " + std::to_string(value) + "; use " + std::to_string(low) + " to " + std::to_string(high));
}

/// Converts `ticks` to a position in the piece; `time` is the caller's value, for errors. NaN is refused, too.
Ticks position(const ValueName& name, Seconds time, double ticks) {
  if (!(std::abs(ticks) <= static_cast<double>(kMaxMidiTick.value))) {
    throw ArgumentError(name.text() + " is " + std::to_string(time.value) +
                        " s, out of the range of a MIDI file; use a time within the piece");
  }
  return {std::llround(ticks)};
}

/// The nearest tick.
Ticks position(const ValueName& name, Seconds time, const TempoMap& tempo_map) {
  constexpr double longest = 1e9;  // in seconds; no tempo maps a later time to a tick that a file may have
  if (!(std::abs(time.value) <= longest)) return position(name, time, HUGE_VAL);
  return position(name, time, static_cast<double>(tempo_map.ticks(time).value));
}

TempoMap tempo_map(const TimedNotes& timed) {
  expect_in_range({"ticks_per_quarter"}, timed.ticks_per_quarter, 1, highest_resolution);
  std::vector<TimedTempo> sorted = timed.tempos;
  for (const TimedTempo& tempo : sorted) {
    if (!(tempo.at.value >= 0.0)) throw ArgumentError("a tempo's time is " + std::to_string(tempo.at.value) + " s; use 0 or more");
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const TimedTempo& a, const TimedTempo& b) { return a.at < b.at; });
  std::vector<Tempo> tempos;
  double since = 0.0;  // the time of `last`
  double seconds_per_tick = 0.5 / timed.ticks_per_quarter;
  Ticks last;
  for (const TimedTempo& tempo : sorted) {
    const double past = (tempo.at.value - since) / seconds_per_tick;
    const Ticks at = std::max(last, position({"a tempo's time"}, tempo.at, static_cast<double>(last.value) + std::round(past)));
    since += rounded(seconds_per_tick * static_cast<double>((at - last).value));
    tempos.push_back(Tempo::from_qpm(tempo.qpm, at));
    seconds_per_tick = tempos.back().microseconds_per_quarter * 1e-6 / timed.ticks_per_quarter;
    last = at;
  }
  return TempoMap(timed.ticks_per_quarter, std::move(tempos));
}

}  // namespace

NoteSequence to_ticks(const TimedNotes& timed) {
  NoteSequence result;
  result.tempo_map = tempo_map(timed);
  const TempoMap& map = result.tempo_map;
  for (const TimedMeter& meter : timed.time_signatures) {
    const Ticks at = std::max(Ticks{}, position({"a time signature's time"}, meter.at, map));
    result.time_signatures.push_back({.at = at, .numerator = meter.numerator, .denominator = meter.denominator});
  }
  std::stable_sort(result.time_signatures.begin(), result.time_signatures.end(),
                   [](const TimeSignature& a, const TimeSignature& b) { return a.at < b.at; });
  result.notes.reserve(timed.notes.size());
  for (const TimedNote& note : timed.notes) {
    const std::size_t index = result.notes.size();
    const Ticks start = position({"start", index}, note.start, map);
    const Ticks end = std::max(start, position({"end", index}, note.end, map));
    result.notes.push_back({.pitch = note.pitch,
                            .velocity = note.velocity,
                            .start = start,
                            .end = end,
                            .channel = note.channel,
                            .program = note.program,
                            .track = note.track});
    result.end = std::max(result.end, end);
  }
  for (const TimedChord& chord : timed.chords) result.chords.push_back({position({"a chord's time"}, chord.at, map), chord.symbol});
  std::stable_sort(result.chords.begin(), result.chords.end(),
                   [](const ChordAnnotation& a, const ChordAnnotation& b) { return a.at < b.at; });
  for (const TimedPedal& pedal : timed.pedals) {
    const Ticks at = std::max(Ticks{}, position({"a pedal's time"}, pedal.at, map));
    result.pedals.push_back({.at = at, .down = pedal.down, .channel = pedal.channel, .track = pedal.track});
  }
  std::stable_sort(result.pedals.begin(), result.pedals.end(),
                   [](const PedalChange& a, const PedalChange& b) { return std::pair(a.track, a.at) < std::pair(b.track, b.at); });
  result.end = std::max(result.end, position({"the end"}, timed.end, map));
  check_values(result);
  return result;
}

void check_values(const NoteSequence& notes) {
  expect_in_range({"ticks_per_quarter"}, notes.tempo_map.ticks_per_quarter(), 1, highest_resolution);
  for (const Tempo& tempo : notes.tempo_map.tempos()) expect_in_range({"a tempo's tick"}, tempo.at.value, 0, kMaxMidiTick.value);
  for (const TimeSignature& meter : notes.time_signatures) {
    expect_in_range({"a time signature's tick"}, meter.at.value, 0, kMaxMidiTick.value);
    expect_in_range({"a time signature's numerator"}, meter.numerator, 1, 255);
    if (meter.denominator < 1 || !std::has_single_bit(static_cast<unsigned>(meter.denominator))) {
      throw ArgumentError("a time signature's denominator is " + std::to_string(meter.denominator) + "; use a power of two");
    }
  }
  for (const PedalChange& pedal : notes.pedals) {
    expect_in_range({"a pedal's tick"}, pedal.at.value, 0, kMaxMidiTick.value);
    expect_in_range({"a pedal's channel"}, pedal.channel, 0, 15);
    expect_in_range({"a pedal's track"}, pedal.track, 0, last_track);
  }
  for (const ChordAnnotation& chord : notes.chords) {
    expect_in_range({"a chord's tick"}, chord.at.value, -kMaxMidiTick.value, kMaxMidiTick.value);
  }
  for (std::size_t i = 0; i < notes.notes.size(); ++i) {
    const Note& note = notes.notes[i];
    expect_in_range({"pitch", i}, note.pitch, 0, 127);
    expect_in_range({"velocity", i}, note.velocity, 0, 127);
    expect_in_range({"channel", i}, note.channel, 0, 15);
    expect_in_range({"program", i}, note.program, 0, 127);
    expect_in_range({"track", i}, note.track, 0, last_track);
    expect_in_range({"start tick", i}, note.start.value, -kMaxMidiTick.value, kMaxMidiTick.value);
    expect_in_range({"end tick", i}, note.end.value, -kMaxMidiTick.value, kMaxMidiTick.value);
    if (note.end < note.start) throw ArgumentError("note " + std::to_string(i) + " ends before it starts; let it end later");
  }
  expect_in_range({"the end's tick"}, notes.end.value, 0, kMaxMidiTick.value);
}

}  // namespace musicvae

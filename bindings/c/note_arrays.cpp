#include "note_arrays.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/midi/timed_notes.hpp"

namespace musicvae::c {
namespace {

constexpr int kTicksPerBeat = 480;  // as in all files that the library writes

Ticks ticks_of(double beats, const std::string& what) {
  const double ticks = beats * kTicksPerBeat;
  if (std::abs(ticks) <= static_cast<double>(kMaxMidiTick.value)) return {std::llround(ticks)};
  throw ArgumentError(what + " is " + std::to_string(beats) + " beats; use a time within the music");
}

}  // namespace

NoteSequence sequence_from(std::span<const musicvae_note> notes, double qpm, double beats) {
  NoteSequence result;
  result.tempo_map = TempoMap(kTicksPerBeat, {Tempo::from_qpm(qpm)});
  result.time_signatures = {TimeSignature{}};
  InstrumentPlaces places;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const musicvae_note& note = notes[i];
    const std::string name = "note " + std::to_string(i) + "'s ";
    const InstrumentPlaces::Place place = places.place(note.instrument, note.program, note.drum != 0);
    result.notes.push_back({.pitch = note.pitch,
                            .velocity = note.velocity,
                            .start = ticks_of(note.start_beats, name + "start"),
                            .end = ticks_of(note.end_beats, name + "end"),
                            .channel = place.channel,
                            .program = note.program,
                            .track = place.track});
    result.end = std::max(result.end, result.notes.back().end);
  }
  if (beats != 0.0) result.end = ticks_of(beats, "the length");
  check_values(result);
  return result;
}

std::vector<musicvae_note> notes_from(const NoteSequence& sequence) {
  std::map<std::tuple<int, int, int>, std::int32_t> instruments;
  std::vector<musicvae_note> result;
  result.reserve(sequence.notes.size() + sequence.unended.size());
  const auto beats = [&](Ticks at) { return static_cast<double>(at.value) / sequence.tempo_map.ticks_per_quarter(); };
  for (const std::vector<Note>* part : {&sequence.notes, &sequence.unended}) {
    for (const Note& note : *part) {
      const auto next = static_cast<std::int32_t>(instruments.size());
      result.push_back({.start_beats = beats(note.start),
                        .end_beats = beats(note.end),
                        .start_seconds = sequence.start_seconds(note).value,
                        .end_seconds = sequence.end_seconds(note).value,
                        .pitch = note.pitch,
                        .velocity = note.velocity,
                        .program = note.program,
                        .instrument = instruments.emplace(std::tuple(note.track, note.channel, note.program), next).first->second,
                        .drum = note.is_drum() ? 1 : 0});
    }
  }
  const auto order = [](const musicvae_note& note) { return std::tuple(note.instrument, note.start_beats, note.pitch); };
  std::stable_sort(result.begin(), result.end(), [&](const musicvae_note& a, const musicvae_note& b) { return order(a) < order(b); });
  return result;
}

}  // namespace musicvae::c

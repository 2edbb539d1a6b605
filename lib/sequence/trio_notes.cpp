#include "musicvae/sequence/trio_notes.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/melody_notes.hpp"

namespace musicvae {
namespace {

constexpr int kBassChannel = 1;
constexpr int kDrumChannel = 9;

/// The notes of each part of a trio, with the timing of the whole file. The others are counted in `left_out`.
std::array<NoteSequence, kTrioParts> by_part(const NoteSequence& notes, LeftOutCounts& left_out) {
  std::array<NoteSequence, kTrioParts> parts;
  for (NoteSequence& part : parts) {
    part.tempo_map = notes.tempo_map;
    part.time_signatures = notes.time_signatures;
    part.end = notes.end;
  }
  const auto add = [&](const Note& note, std::vector<Note> NoteSequence::*list) {
    const std::optional<TrioPart> part = trio_part(note.program, note.is_drum());
    if (!part) return left_out.add(LeftOut::other_program);
    (parts[static_cast<std::size_t>(*part)].*list).push_back(note);
  };
  for (const Note& note : notes.notes) add(note, &NoteSequence::notes);
  for (const Note& note : notes.unended) add(note, &NoteSequence::unended);
  return parts;
}

/// Puts the notes of one part on the track of its number.
void append(NoteSequence& trio, const NoteSequence& part, TrioPart number) {
  for (Note note : part.notes) {
    note.track = static_cast<int>(number);
    trio.notes.push_back(note);
  }
}

}  // namespace

std::optional<TrioPart> trio_part(int program, bool is_drum) {
  constexpr int first_bass = 32;
  constexpr int after_bass = 40;
  if (is_drum) return TrioPart::drums;
  if (program < 0 || program >= after_bass) return std::nullopt;
  return program < first_bass ? TrioPart::melody : TrioPart::bass;
}

QuantizedTrio trio_from_notes(const NoteSequence& notes, const DrumMap& map, Grid grid, std::optional<int> bars) {
  LeftOutCounts without_part;
  const std::array<NoteSequence, kTrioParts> parts = by_part(notes, without_part);
  const NoteSequence& melody_notes = parts[0];
  const NoteSequence& bass_notes = parts[1];
  const NoteSequence& drum_notes = parts[2];
  const auto quantize = [&](const NoteSequence& line, std::optional<int> length) { return melody_from_notes(line, grid, length); };
  const auto quantize_drums = [&](std::optional<int> length) {
    return from_notes(drum_notes, map, grid, length, DrumChannel::of(kDrumChannel));
  };
  if (!bars) {
    const int steps =
        std::max({quantize(melody_notes, {}).melody.steps(), quantize(bass_notes, {}).melody.steps(), quantize_drums({}).sequence.steps()});
    bars = steps / grid.steps_per_bar();
  }
  QuantizedMelody melody = quantize(melody_notes, bars);
  QuantizedMelody bass = quantize(bass_notes, bars);
  QuantizedDrums drums = quantize_drums(bars);
  const std::array<std::int64_t, kTrioParts> played = {melody.melody.num_notes(), bass.melody.num_notes(), drums.sequence.hits()};
  without_part += melody.left_out;
  without_part += bass.left_out;
  without_part += drums.left_out;
  return {{std::move(melody.melody), std::move(bass.melody), std::move(drums.sequence)}, without_part, played};
}

void demand_all_parts(const QuantizedTrio& trio, const std::string& source) {
  constexpr std::array<std::string_view, kTrioParts> wanted = {
      "a piano, chromatic percussion, an organ or a guitar: a program from 0 to 31", "a bass: a program from 32 to 39",
      "notes on the drum channel 10"};
  for (std::size_t part = 0; part < kTrioParts; ++part) {
    if (trio.notes[part] > 0) continue;
    throw ArgumentError(source + ": has no " + std::string(name(static_cast<TrioPart>(part))) + " for a trio; give it " +
                        std::string(wanted[part]));
  }
}

NoteSequence to_notes(const Trio& trio, const DrumMap& map, double qpm, TrioSound sound, int ticks_per_quarter) {
  const NoteSequence melody =
      to_notes(trio.melody(), qpm, {.velocity = sound.velocity, .program = sound.melody_program}, ticks_per_quarter);
  const NoteSequence bass =
      to_notes(trio.bass(), qpm, {.velocity = sound.velocity, .program = sound.bass_program, .channel = kBassChannel}, ticks_per_quarter);
  NoteSequence result = melody;
  append(result, bass, TrioPart::bass);
  append(result, to_notes(trio.drums(), map, qpm, ticks_per_quarter), TrioPart::drums);
  return result;
}

}  // namespace musicvae

// A sequence of golden/chords/sequences.json.
#pragma once

#include <nlohmann/json.hpp>

#include "musicvae/midi/timed_notes.hpp"

namespace musicvae::test {

/// The notes = [pitch, velocity, start s, end s, instrument, program, is_drum], tempos = [time s, qpm], time_signatures = [time,
/// numerator, denominator] and chords = [time s, text] of a JSON object.
inline NoteSequence sequence_of(const nlohmann::json& json) {
  TimedNotes timed;
  for (const auto& tempo : json.at("tempos")) timed.tempos.push_back({{tempo.at(0)}, tempo.at(1)});
  for (const auto& meter : json.at("time_signatures")) timed.time_signatures.push_back({{meter.at(0)}, meter.at(1), meter.at(2)});
  for (const auto& chord : json.at("chords")) timed.chords.push_back({{chord.at(0)}, chord.at(1)});
  InstrumentPlaces instruments;
  for (const auto& note : json.at("notes")) {
    const auto [track, channel] = instruments.place(note.at(4), note.at(5), note.at(6) != 0);
    timed.notes.push_back({.pitch = note.at(0),
                           .velocity = note.at(1),
                           .start = {note.at(2)},
                           .end = {note.at(3)},
                           .channel = channel,
                           .program = note.at(5),
                           .track = track});
  }
  timed.end = {json.at("total_time")};
  return to_ticks(timed);
}

}  // namespace musicvae::test

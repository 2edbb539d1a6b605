#include "musicvae/data/seconds_piece.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "musicvae/midi/timed_notes.hpp"

namespace musicvae::data {

SecondsPiece seconds_of(const NoteSequence& notes, LeftOutCounts& left_out) {
  left_out.add(LeftOut::unended, static_cast<std::int64_t>(notes.unended.size()));
  SecondsPiece source;
  for (const TempoSegment& segment : notes.tempo_map.segments()) source.tempos.push_back({segment.time.value, segment.qpm});
  for (const TimeSignature& meter : notes.time_signatures)
    source.meters.push_back({notes.tempo_map.seconds(meter.at).value, meter.numerator, meter.denominator});
  std::stable_sort(source.meters.begin(), source.meters.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  std::map<std::tuple<int, int, int>, int> numbers;
  std::map<std::pair<int, int>, std::vector<int>> of_channel;  // of a track
  for (const Note& note : notes.notes) {
    const auto [found, added] = numbers.emplace(std::tuple(note.track, note.program, note.channel), static_cast<int>(numbers.size()));
    if (added) of_channel[{note.track, note.channel}].push_back(found->second);
    if (note.start < Ticks{}) {
      left_out.add(LeftOut::before_the_start);
      continue;
    }
    source.notes.push_back({.pitch = note.pitch,
                            .velocity = note.velocity,
                            .start = notes.start_seconds(note).value,
                            .end = notes.end_seconds(note).value,
                            .instrument = found->second,
                            .program = note.program,
                            .drums = note.is_drum()});
    source.end = std::max(source.end, source.notes.back().end);
  }
  for (const ChordAnnotation& chord : notes.chords) source.chords.push_back({notes.tempo_map.seconds(chord.at).value, chord.symbol});
  for (const PedalChange& change : notes.pedals) {
    for (const int instrument : of_channel[{change.track, change.channel}])
      source.pedals.push_back({notes.tempo_map.seconds(change.at).value, change.down, instrument});
  }
  return source;
}

NoteSequence to_ticks(const SecondsPiece& piece) {
  TimedNotes timed;
  for (const SecondsPiece::Tempo& tempo : piece.tempos) timed.tempos.push_back({{tempo.at}, tempo.qpm});
  for (const SecondsPiece::Meter& meter : piece.meters) timed.time_signatures.push_back({{meter.at}, meter.numerator, meter.denominator});
  for (const SecondsPiece::Chord& chord : piece.chords) timed.chords.push_back({{chord.at}, chord.symbol});
  InstrumentPlaces places;
  std::map<int, std::vector<InstrumentPlaces::Place>> of_instrument;
  for (const SecondsNote& note : piece.notes) {
    const InstrumentPlaces::Place place = places.place(note.instrument, note.program, note.drums);
    std::vector<InstrumentPlaces::Place>& known = of_instrument[note.instrument];
    if (std::none_of(known.begin(), known.end(), [&](const auto& other) { return other.track == place.track; })) known.push_back(place);
    timed.notes.push_back({.pitch = note.pitch,
                           .velocity = note.velocity,
                           .start = {note.start},
                           .end = {note.end},
                           .channel = place.channel,
                           .program = note.program,
                           .track = place.track});
  }
  for (const SecondsPiece::Pedal& pedal : piece.pedals) {
    for (const InstrumentPlaces::Place& place : of_instrument[pedal.instrument])
      timed.pedals.push_back({.at = {pedal.at}, .down = pedal.down, .channel = place.channel, .track = place.track});
  }
  timed.end = {piece.end};
  return to_ticks(timed);
}

}  // namespace musicvae::data

#include "musicvae/sequence/meter.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace musicvae {

std::vector<MeterStretch> meter_stretches(const NoteSequence& notes) {
  std::vector<TimeSignature> meters = notes.time_signatures;
  std::stable_sort(meters.begin(), meters.end(), [](const TimeSignature& a, const TimeSignature& b) { return a.at < b.at; });
  std::vector<MeterStretch> stretches(1);
  for (const TimeSignature& meter : meters) {
    MeterStretch& last = stretches.back();
    if (meter.numerator == last.numerator && meter.denominator == last.denominator) continue;
    if (meter.at <= last.start) {
      last.numerator = meter.numerator;
      last.denominator = meter.denominator;
      continue;
    }
    if (meter.at >= notes.end) continue;  // after the music
    // In 1/denominator of a tick, so that nothing is rounded.
    const std::int64_t bar = std::max<std::int64_t>(1, std::int64_t{4} * notes.tempo_map.ticks_per_quarter() * last.numerator);
    const std::int64_t length = (meter.at - last.start).value * std::max(1, last.denominator);
    last.end = meter.at;
    last.bars = (length + bar - 1) / bar;
    stretches.push_back({meter.at, {}, meter.numerator, meter.denominator, last.first_bar + last.bars, 0});
  }
  return stretches;
}

NoteSequence slice(const NoteSequence& notes, Ticks from, std::optional<Ticks> to, Ticks early) {
  const auto take = [&](const std::vector<Note>& all) {
    std::vector<Note> taken;
    for (Note note : all) {
      if ((from > Ticks{} && note.start < from - early) || (to && note.start >= *to - early)) continue;
      note.start = note.start - from;
      note.end = note.end - from;
      taken.push_back(note);
    }
    return taken;
  };
  // The event that is in force at the border moves to the border.
  const auto shifted = [&](auto events, Ticks tolerance = {}) {
    decltype(events) result;
    for (auto event : events) {
      if (to && event.at >= *to - tolerance) break;
      event.at = std::max(Ticks{}, event.at - from);
      if (!result.empty() && event.at == Ticks{}) result.pop_back();
      result.push_back(event);
    }
    return result;
  };
  // A pedal that is down at the border goes down there.
  std::vector<PedalChange> pedals;
  std::map<std::pair<int, int>, bool> down_before;
  for (PedalChange change : notes.pedals) {
    if (change.at < from) {
      down_before[{change.track, change.channel}] = change.down;
    } else if (!to || change.at < *to) {
      change.at = change.at - from;
      pedals.push_back(change);
    }
  }
  for (const auto& [place, down] : down_before) {
    if (down) pedals.insert(pedals.begin(), {.at = {}, .down = true, .channel = place.second, .track = place.first});
  }
  std::stable_sort(pedals.begin(), pedals.end(), [](const PedalChange& a, const PedalChange& b) { return a.track < b.track; });
  return {.tempo_map = TempoMap(notes.tempo_map.ticks_per_quarter(), shifted(notes.tempo_map.tempos())),
          .time_signatures = shifted(notes.time_signatures),
          .notes = take(notes.notes),
          .unended = take(notes.unended),
          .chords = shifted(notes.chords, early),
          .end = std::max(Ticks{}, std::min(notes.end, to.value_or(notes.end)) - from),
          .pedals = std::move(pedals)};
}

}  // namespace musicvae

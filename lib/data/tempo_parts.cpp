#include "tempo_parts.hpp"

#include <bit>
#include <cmath>

namespace musicvae::data {
namespace {

/// The number of bars of a part up to `end`; the last one may be incomplete.
std::int64_t bars_until(Ticks end, const TempoPart& part, int ticks_per_quarter) {
  const double bar = 4.0 * ticks_per_quarter * std::max(1, part.meter.numerator) / std::max(1, part.meter.denominator);
  return static_cast<std::int64_t>(std::min(std::ceil(static_cast<double>((end - part.start).value) / bar), 1e15));
}

}  // namespace

bool TempoPart::fits() const {
  return meter.numerator == meter.denominator && meter.numerator > 0 && std::has_single_bit(static_cast<unsigned>(meter.denominator));
}

std::vector<TempoPart> tempo_parts(const NoteSequence& notes) {
  std::vector<TimeSignature> meters = notes.time_signatures;
  std::stable_sort(meters.begin(), meters.end(), [](const TimeSignature& a, const TimeSignature& b) { return a.at < b.at; });
  const std::vector<TempoSegment>& tempos = notes.tempo_map.segments();

  std::vector<Ticks> starts = {Ticks{}};
  TimeSignature running{};
  for (const TimeSignature& meter : meters) {
    const bool other = meter.numerator != running.numerator || meter.denominator != running.denominator;
    if (other && meter.at > Ticks{}) starts.push_back(meter.at);
    running = meter;
  }
  for (const TempoSegment& tempo : tempos) {
    if (tempo.at > Ticks{}) starts.push_back(tempo.at);
  }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());

  std::vector<TempoPart> parts;
  std::size_t next_meter = 0;
  std::size_t next_tempo = 0;
  TempoPart part;
  for (const Ticks start : starts) {
    const std::int64_t bar = part.first_bar + bars_until(start, part, notes.tempo_map.ticks_per_quarter());
    while (next_meter < meters.size() && meters[next_meter].at <= start) part.meter = meters[next_meter++];
    while (next_tempo < tempos.size() && tempos[next_tempo].at <= start) part.qpm = tempos[next_tempo++].qpm;
    part.start = start;
    part.start_seconds = notes.tempo_map.seconds(start).value;
    part.first_bar = bar;
    if (!parts.empty()) parts.back().end = start;
    parts.push_back(part);
  }
  return parts;
}

Ticks end_of_parts(const NoteSequence& notes) {
  Ticks end = notes.end;
  for (const Note& note : notes.notes) end = std::max(end, note.end);
  return end;
}

}  // namespace musicvae::data

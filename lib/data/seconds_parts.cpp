#include "seconds_parts.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "musicvae/sequence/grid.hpp"
#include "sequence/sustain.hpp"

namespace musicvae::data {
namespace {

/// Sorts by time; equal times keep their order.
template <class Event>
void sort_by_time(std::vector<Event>& events) {
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
}

/// Where tempo or meter change.
std::vector<double> cuts_of(const SecondsPiece& piece) {
  std::vector<double> cuts = {0.0};
  double qpm = 120.0;
  for (const SecondsPiece::Tempo& tempo : piece.tempos) {
    if (tempo.qpm != qpm && tempo.at > 0.0 && tempo.at < piece.end) cuts.push_back(tempo.at);
    qpm = tempo.qpm;
  }
  SecondsPiece::Meter running;
  for (const SecondsPiece::Meter& meter : piece.meters) {
    const bool other = meter.numerator != running.numerator || meter.denominator != running.denominator;
    if (other && meter.at > 0.0 && meter.at < piece.end) cuts.push_back(meter.at);
    running = meter;
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

/// The number of bars from the start of a part to `time`; the last one may be incomplete.
std::int64_t bars_until(const SecondsPart& part, double time) {
  const double bar = 240.0 / part.qpm * std::max(1, part.meter.numerator) / std::max(1, part.meter.denominator);
  return static_cast<std::int64_t>(std::min(std::ceil((time - part.start) / bar - 1e-6), 1e15));
}

/// The moves of the pedals in (start, end), after their positions at `start`.
std::vector<SecondsPiece::Pedal> pedals_in(std::span<const SecondsPiece::Pedal> pedals, double start, double end) {
  std::map<int, bool> down;
  std::vector<SecondsPiece::Pedal> later;
  for (SecondsPiece::Pedal move : pedals) {
    if (move.at <= start) {
      down[move.instrument] = move.down;
    } else if (move.at < end) {
      move.at -= start;
      later.push_back(move);
    }
  }
  std::vector<SecondsPiece::Pedal> result;
  for (const auto& [instrument, is_down] : down) result.push_back({0.0, is_down, instrument});
  result.insert(result.end(), later.begin(), later.end());
  return result;
}

/// The chords or keys in [start, end), with the one in force at the start.
template <class Event>
std::vector<Event> states_in(std::span<const Event> events, double start, double end) {
  std::vector<Event> result;
  for (const Event& event : events) {
    if (event.at >= end) break;
    if (event.at <= start) result.clear();
    result.push_back(event);
    result.back().at = std::max(0.0, event.at - start);
  }
  return result;
}

}  // namespace

bool SecondsPart::fits() const {
  return meter.numerator == meter.denominator && meter.numerator > 0 && std::has_single_bit(static_cast<unsigned>(meter.denominator));
}

std::vector<SecondsNote> notes_in(std::span<const SecondsNote> notes, double start, double end) {
  std::vector<SecondsNote> result;
  for (SecondsNote note : notes) {
    if (note.start < start || note.start >= end) continue;
    note.end = std::min(note.end, end) - start;
    note.start -= start;
    result.push_back(note);
  }
  return result;
}

std::vector<SecondsPiece::Chord> chords_in(std::span<const SecondsPiece::Chord> chords, double start, double end) {
  return states_in(chords, start, end);
}

std::vector<SecondsPart> seconds_parts(SecondsPiece piece) {
  sort_by_time(piece.tempos);
  sort_by_time(piece.meters);
  sort_by_time(piece.pedals);
  sort_by_time(piece.chords);
  sort_by_time(piece.keys);
  std::stable_sort(piece.notes.begin(), piece.notes.end(), [](const SecondsNote& a, const SecondsNote& b) { return a.start < b.start; });
  const std::vector<double> cuts = cuts_of(piece);
  std::vector<SecondsPart> parts;
  std::size_t next_tempo = 0;
  std::size_t next_meter = 0;
  SecondsPart part;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    part.first_bar += bars_until(part, cuts[i]);
    part.start = cuts[i];
    while (next_tempo < piece.tempos.size() && piece.tempos[next_tempo].at <= part.start) part.qpm = piece.tempos[next_tempo++].qpm;
    while (next_meter < piece.meters.size() && piece.meters[next_meter].at <= part.start) part.meter = piece.meters[next_meter++];
    const double end = i + 1 < cuts.size() ? cuts[i + 1] : piece.end;
    part.notes = notes_in(piece.notes, part.start, end);
    part.pedals = pedals_in(piece.pedals, part.start, end);
    part.chords = chords_in(piece.chords, part.start, end);
    part.keys = states_in(std::span<const SecondsPiece::Key>(piece.keys), part.start, end);
    part.end = 0.0;
    for (const SecondsNote& note : part.notes) part.end = std::max(part.end, note.end);
    parts.push_back(part);
  }
  return parts;
}

void apply_pedals(SecondsPart& part, LeftOutCounts& left_out) {
  std::vector<detail::PedalledNote> pedalled;
  std::vector<std::size_t> index;
  for (std::size_t i = 0; i < part.notes.size(); ++i) {
    const SecondsNote& note = part.notes[i];
    if (note.drums) continue;
    pedalled.push_back({note.instrument, note.pitch, note.start, note.end});
    index.push_back(i);
  }
  std::vector<detail::PedalMove> moves;
  for (const SecondsPiece::Pedal& pedal : part.pedals) moves.push_back({pedal.at, pedal.down, pedal.instrument});
  part.end = detail::apply_pedal(pedalled, moves, part.end);
  std::vector<bool> removed(part.notes.size());
  for (std::size_t i = 0; i < pedalled.size(); ++i) {
    part.notes[index[i]].end = pedalled[i].end;
    removed[index[i]] = pedalled[i].removed;
  }
  std::vector<SecondsNote> kept;
  for (std::size_t i = 0; i < part.notes.size(); ++i) {
    if (removed[i]) {
      left_out.add(LeftOut::collision);
    } else if (part.notes[i].start >= part.end) {
      left_out.add(LeftOut::past_the_end);
    } else {
      kept.push_back(part.notes[i]);
    }
  }
  part.notes = std::move(kept);
}

std::vector<double> lines_every(double length, double end) {
  std::vector<double> lines = {0.0};
  const auto count = static_cast<std::int64_t>(std::min(std::ceil((end - length) / length), static_cast<double>(kMaxSteps)));
  for (std::int64_t k = 0; k < count; ++k) lines.push_back(length + static_cast<double>(k) * length);
  if (end > lines.back()) lines.push_back(end);
  return lines;
}

}  // namespace musicvae::data

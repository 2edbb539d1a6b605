#include "meter_parts.hpp"

#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/meter.hpp"

namespace musicvae::data {
namespace {

/// Whether a bar of the meter has 16 steps.
bool has_sixteen_steps(int numerator, int denominator) {
  return numerator == denominator;
}

/// The stretches of the piece with bars of the same length.
std::vector<MeterStretch> stretches_of(const NoteSequence& notes) {
  NoteSequence meters{.tempo_map = notes.tempo_map, .time_signatures = notes.time_signatures, .end = notes.end};
  for (TimeSignature& meter : meters.time_signatures) {
    if (has_sixteen_steps(meter.numerator, meter.denominator)) meter.numerator = meter.denominator = 4;
  }
  return meter_stretches(meters);
}

Ticks bar_of(const NoteSequence& notes) {
  return {std::int64_t{4} * notes.tempo_map.ticks_per_quarter()};
}

}  // namespace

std::vector<MeterPart> meter_parts(const NoteSequence& notes, int steps_per_quarter) {
  // A note a little before a border belongs to the part after it.
  const auto part = [&](Ticks from, std::optional<Ticks> to) {
    if (from == Ticks{} && !to) return notes;
    return slice(notes, from, to, {notes.tempo_map.ticks_per_quarter() / (2 * steps_per_quarter)});
  };
  std::vector<MeterPart> parts;
  for (const MeterStretch& stretch : stretches_of(notes)) {
    if (!has_sixteen_steps(stretch.numerator, stretch.denominator)) {
      parts.push_back({part(stretch.start, stretch.end), false, stretch.first_bar, {}});
    } else if (!stretch.end) {
      parts.push_back({part(stretch.start, {}), true, stretch.first_bar, {}});
    } else {
      const std::int64_t bars = (*stretch.end - stretch.start).value / bar_of(notes).value;
      const Ticks border = stretch.start + Ticks{bars * bar_of(notes).value};
      parts.push_back({part(stretch.start, border), true, stretch.first_bar, bars});
      if (border < *stretch.end) parts.push_back({part(border, stretch.end), false, stretch.first_bar + bars, {}});
    }
  }
  return parts;
}

std::int64_t clip_steps(const NoteSequence& notes, std::int64_t last) {
  return notes.end.value % bar_of(notes).value == 0 ? detail::end_step(notes, Grid{}, last) : 0;
}

}  // namespace musicvae::data

#include "musicvae/sequence/drum_notes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "musicvae/numerics/rounded.hpp"
#include "sequence/note_grid.hpp"

namespace musicvae {
namespace {

/// The longest silence after the last hit that still counts as music. If the file ends later, its end does not show the length of the
/// music.
constexpr std::int64_t kMaxSilentTail = 64;  // bars

/// Whether the file ends at or before the beginning of that step.
bool file_ends_by(const NoteSequence& notes, const Grid& grid, std::int64_t step) {
  return notes.end.value <= step * notes.tempo_map.ticks_per_quarter() / grid.steps_per_quarter;
}

}  // namespace

void place(DrumSequence& sequence, const Onset& onset, LeftOutCounts& left_out) {
  if (onset.step < 0) return left_out.add(LeftOut::before_the_start);
  if (onset.step >= sequence.steps()) return left_out.add(LeftOut::past_the_end);
  const int step = static_cast<int>(onset.step);
  const Cell& cell = sequence.at(step, onset.drum);
  if (cell.hit) left_out.add(LeftOut::collision);
  if (!cell.hit || cell.velocity < onset.velocity) sequence.set(step, onset.drum, onset.velocity, onset.offset);
}

std::vector<Onset> to_onsets(const NoteSequence& notes, const DrumMap& map, int steps_per_quarter, LeftOutCounts& left_out,
                             DrumNotes drums) {
  const std::int64_t ticks_per_quarter = notes.tempo_map.ticks_per_quarter();
  std::vector<Onset> onsets;
  onsets.reserve(notes.notes.size() + notes.unended.size());
  const auto add = [&](const Note& note) {
    const std::optional<Drum> drum = map.drum(note.pitch);
    if (!drums.contains(note)) return left_out.add(LeftOut::not_a_drum);
    if (!drum) return left_out.add(LeftOut::unknown_pitch);
    const auto [step, late] = detail::nearest_step(note.start, ticks_per_quarter, steps_per_quarter);
    if (step < 0) return left_out.add(LeftOut::before_the_start);
    onsets.push_back({step, *drum, cell_velocity(note.velocity), static_cast<float>(late)});
  };
  for (const Note& note : notes.notes) add(note);
  for (const Note& note : notes.unended) add(note);
  return onsets;
}

namespace detail {

std::int64_t end_step(const NoteSequence& notes, const Grid& grid, std::int64_t last_hit) {
  const std::int64_t ticks_per_quarter = notes.tempo_map.ticks_per_quarter();
  const std::int64_t end = std::clamp<std::int64_t>(notes.end.value, 0, kMaxSteps * ticks_per_quarter);
  const std::int64_t step = end * grid.steps_per_quarter / ticks_per_quarter;
  return step > last_hit + kMaxSilentTail * grid.steps_per_bar() ? 0 : step;
}

std::int64_t last_step(const std::vector<Onset>& onsets) {
  std::int64_t last = 0;
  for (const Onset& onset : onsets) last = std::max(last, onset.step);
  return last;
}

void wrap_early_hits(std::vector<Onset>& onsets, std::int64_t steps) {
  for (Onset& onset : onsets) {
    if (onset.step == steps && onset.offset < 0.0F) onset.step = 0;
  }
}

}  // namespace detail

QuantizedDrums from_notes(const NoteSequence& notes, const DrumMap& map, Grid grid, std::optional<int> bars, DrumChannel channel) {
  QuantizedDrums result{DrumSequence(0, grid), {}, channel.choose(notes, map)};
  const std::int64_t per_bar = grid.steps_per_bar();
  if (bars) detail::check_bars(*bars, grid);
  std::vector<Onset> onsets = to_onsets(notes, map, grid.steps_per_quarter, result.left_out, result.drums);
  const std::int64_t last = detail::last_step(onsets);
  const std::int64_t end = detail::end_step(notes, grid, last);
  const bool loops = last > 0 && last % per_bar == 0 && file_ends_by(notes, grid, last) &&
                     std::none_of(onsets.begin(), onsets.end(), [&](const Onset& o) { return o.step == last && o.offset >= 0.0F; });
  if (loops) detail::wrap_early_hits(onsets, last);
  std::int64_t length = 0;
  if (bars) {
    length = *bars * per_bar;
  } else {
    length = end / per_bar * per_bar;
    if (!onsets.empty()) length = std::max(length, loops ? last : (last / per_bar + 1) * per_bar);
    length = std::min(length, kMaxSteps / per_bar * per_bar);
  }
  result.sequence = DrumSequence(static_cast<int>(length), grid);
  for (const Onset& onset : onsets) place(result.sequence, onset, result.left_out);
  return result;
}

namespace detail {

int midi_velocity(float velocity) {
  return static_cast<int>(std::nearbyint(velocity * 127.0));
}

}  // namespace detail

NoteSequence to_notes(const DrumSequence& sequence, const DrumMap& map, double qpm, int ticks_per_quarter) {
  const Grid& grid = sequence.grid();
  NoteSequence result = detail::notes_on_grid(grid, sequence.steps(), qpm, ticks_per_quarter);
  const std::int64_t ticks_per_step = ticks_per_quarter / grid.steps_per_quarter;
  for (int step = 0; step < sequence.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      const Cell& cell = sequence.at(step, drum);
      if (!cell.hit) continue;
      const std::int64_t start = std::llround((step + cell.offset / 2.0) * static_cast<double>(ticks_per_step));
      const Ticks inside{std::clamp<std::int64_t>(start, 0, result.end.value - 1)};
      result.notes.push_back(
          {.pitch = map.pitch(drum), .velocity = std::max(1, detail::midi_velocity(cell.velocity)), .start = inside, .end = inside});
    }
  }
  std::stable_sort(result.notes.begin(), result.notes.end(),
                   [](const Note& a, const Note& b) { return std::pair(a.start, a.pitch) < std::pair(b.start, b.pitch); });
  std::array<Ticks, 128> next;  // the start of the next hit of each pitch, from the end backwards
  next.fill(result.end);
  for (auto note = result.notes.rbegin(); note != result.notes.rend(); ++note) {
    Ticks& limit = next[static_cast<std::size_t>(note->pitch)];
    note->start = std::clamp(limit - Ticks{1}, Ticks{}, note->start);  // two hits on one tick: the first moves one tick earlier
    note->end = std::min(note->start + Ticks{ticks_per_step}, limit);
    limit = note->start;
  }
  return result;
}

NoteSequence to_reference_notes(const DrumSequence& sequence, const DrumMap& map) {
  constexpr double ticks_per_second = 440.0;
  const double step_seconds = 0.5 / sequence.grid().steps_per_quarter;
  const auto ticks = [](double seconds) { return Ticks{std::max<std::int64_t>(0, std::llrint(seconds * ticks_per_second))}; };
  NoteSequence result;
  result.tempo_map = TempoMap(220, {Tempo::from_qpm(120.0)});
  result.time_signatures = {{{}, sequence.grid().beats_per_bar, sequence.grid().beat_unit}};
  for (int step = 0; step < sequence.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      const Cell& cell = sequence.at(step, drum);
      if (!cell.hit) continue;
      const double start = rounded((step + cell.offset / 2.0) * step_seconds);
      result.notes.push_back({.pitch = map.pitch(drum),
                              .velocity = detail::midi_velocity(cell.velocity),
                              .start = ticks(start),
                              .end = ticks(start + step_seconds)});
      result.end = std::max(result.end, result.notes.back().end);
    }
  }
  return result;
}

}  // namespace musicvae

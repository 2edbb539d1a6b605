// Notes to cells and cells to notes: quantising played drums to a grid, and playing a grid.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/rounded.hpp"
#include "musicvae/sequence/drum_channel.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae {

/// A note as a cell that has not been placed yet.
struct Onset {
  std::int64_t step = 0;
  Drum drum = Drum::kick;
  float velocity = 0.0F;  ///< 0..1
  float offset = 0.0F;    ///< -1..1 in half steps, early is negative
};

/// No grid is longer: at 16ths of 4/4, 16,384 bars. What a file puts later is counted as past_the_end.
inline constexpr std::int64_t kMaxSteps = std::int64_t{1} << 18;

/// What a MIDI velocity is in a cell.
[[nodiscard]] inline float cell_velocity(int midi_velocity) {
  return static_cast<float>(midi_velocity / 127.0);
}

/// Puts an onset on its cell. Where two meet the louder one stays, and of equally loud ones the first (Gillick et al. 2019,
/// section 3.2); the other is counted, as is an onset outside `sequence`.
inline void place(DrumSequence& sequence, const Onset& onset, LeftOutCounts& left_out) {
  if (onset.step < 0) return left_out.add(LeftOut::before_the_start);
  if (onset.step >= sequence.steps()) return left_out.add(LeftOut::past_the_end);
  const int step = static_cast<int>(onset.step);
  const Cell& cell = sequence.at(step, onset.drum);
  if (cell.hit) left_out.add(LeftOut::collision);
  if (!cell.hit || cell.velocity < onset.velocity) sequence.set(step, onset.drum, onset.velocity, onset.offset);
}

/// The drum notes in musical time: tempo does not matter, and a note halfway between two steps goes to the later one.
/// Exact: ticks are integers. Notes that are no `drums` or of a pitch that `map` does not know are counted. A hit has no length, so unended
/// notes count like all others.
[[nodiscard]] inline std::vector<Onset> to_onsets(const NoteSequence& notes, const DrumMap& map, int steps_per_quarter,
                                                  LeftOutCounts& left_out, DrumNotes drums = {}) {
  const std::int64_t ticks_per_quarter = notes.tempo_map.ticks_per_quarter();
  const std::int64_t last_tick = kMaxSteps * ticks_per_quarter;  // of any grid, so that nothing below overflows
  std::vector<Onset> onsets;
  onsets.reserve(notes.notes.size() + notes.unended.size());
  const auto add = [&](const Note& note) {
    const std::optional<Drum> drum = map.drum(note.pitch);
    if (!drums.contains(note)) return left_out.add(LeftOut::not_a_drum);
    if (!drum) return left_out.add(LeftOut::unknown_pitch);
    const std::int64_t time = std::clamp(note.start.value, -last_tick, last_tick) * steps_per_quarter;  // in 1/ticks_per_quarter of a step
    const std::int64_t twice = 2 * time + ticks_per_quarter;
    if (twice < 0) return left_out.add(LeftOut::before_the_start);
    const std::int64_t step = twice / (2 * ticks_per_quarter);
    const std::int64_t late = 2 * (time - step * ticks_per_quarter);
    onsets.push_back({step, *drum, cell_velocity(note.velocity),
                      static_cast<float>(static_cast<double>(late) / static_cast<double>(ticks_per_quarter))});
  };
  for (const Note& note : notes.notes) add(note);
  for (const Note& note : notes.unended) add(note);
  return onsets;
}

namespace detail {

/// Silence after the last hit that is still taken for music: a farther end of the file says nothing about its length.
inline constexpr std::int64_t kMaxSilentTail = 64;  // bars

/// Where the file ends, in whole steps of `grid`, unless it lies so far after the last hit that it says nothing.
[[nodiscard]] inline std::int64_t end_step(const NoteSequence& notes, const Grid& grid, std::int64_t last_hit) {
  const std::int64_t ticks_per_quarter = notes.tempo_map.ticks_per_quarter();
  const std::int64_t end = std::clamp<std::int64_t>(notes.end.value, 0, kMaxSteps * ticks_per_quarter);
  const std::int64_t step = end * grid.steps_per_quarter / ticks_per_quarter;
  return step > last_hit + kMaxSilentTail * grid.steps_per_bar() ? 0 : step;
}

/// Does the file end at or before the beginning of that step?
[[nodiscard]] inline bool ends_by(const NoteSequence& notes, const Grid& grid, std::int64_t step) {
  return notes.end.value <= step * notes.tempo_map.ticks_per_quarter() / grid.steps_per_quarter;
}

/// The step of the last hit, 0 without any.
[[nodiscard]] inline std::int64_t last_step(const std::vector<Onset>& onsets) {
  std::int64_t last = 0;
  for (const Onset& onset : onsets) last = std::max(last, onset.step);
  return last;
}

/// In a loop of `steps` steps, a hit played early for the downbeat after the end is an early hit on the first downbeat.
inline void wrap_early_hits(std::vector<Onset>& onsets, std::int64_t steps) {
  for (Onset& onset : onsets) {
    if (onset.step == steps && onset.offset < 0.0F) onset.step = 0;
  }
}

}  // namespace detail

/// A sequence and what its making left out.
struct QuantizedDrums {
  DrumSequence sequence;
  LeftOutCounts left_out;
  DrumNotes drums;  ///< which notes were taken for drums
};

/// Quantises the drum notes of a file to `grid`, from its first tick on. Without `bars` the sequence has as many whole bars
/// as its hits and its end ask for; an end of more than 64 silent bars says nothing. Where the music ends with hits played early for the
/// next downbeat, it is a loop, and they belong to its first downbeat. Throws ArgumentError when `bars` or `grid` cannot be.
[[nodiscard]] inline QuantizedDrums from_notes(const NoteSequence& notes, const DrumMap& map, Grid grid = {}, std::optional<int> bars = {},
                                               DrumChannel channel = {}) {
  QuantizedDrums result{DrumSequence(0, grid), {}, channel.choose(notes, map)};
  const std::int64_t per_bar = grid.steps_per_bar();
  if (bars && (*bars < 0 || *bars > kMaxSteps / per_bar)) {
    throw ArgumentError("from notes: " + std::to_string(*bars) + " bars; use 0 to " + std::to_string(kMaxSteps / per_bar));
  }
  std::vector<Onset> onsets = to_onsets(notes, map, grid.steps_per_quarter, result.left_out, result.drums);
  const std::int64_t last = detail::last_step(onsets);
  const std::int64_t end = detail::end_step(notes, grid, last);
  const bool loops = last > 0 && last % per_bar == 0 && detail::ends_by(notes, grid, last) &&
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

/// MIDI velocity of a cell, rounded half to even as NumPy does.
inline int midi_velocity(float velocity) {
  return static_cast<int>(std::nearbyint(velocity * 127.0));
}

}  // namespace detail

/// Plays a sequence: each hit one step long, or up to the next hit of its pitch, and never past the end, which lies exactly
/// after the last step, so that the result loops. A hit before the first tick moves onto it; the softest velocity is 1.
/// Reading the result with from_notes gives `sequence` again, to the resolution of a tick (an offset of exactly +1 comes
/// back as -1 of the next step). Throws ArgumentError unless `qpm` is a tempo that MIDI can hold and `ticks_per_quarter` a
/// multiple of the grid's steps.
[[nodiscard]] inline NoteSequence to_notes(const DrumSequence& sequence, const DrumMap& map, double qpm = 120.0,
                                           int ticks_per_quarter = 480) {
  const Grid& grid = sequence.grid();
  if (!(qpm >= 4.0 && qpm <= 6e7)) throw ArgumentError("to notes: a tempo of " + std::to_string(qpm) + " qpm; use 4 to 60000000");
  if (ticks_per_quarter < 1 || ticks_per_quarter > 32767 || ticks_per_quarter % grid.steps_per_quarter != 0) {
    throw ArgumentError("to notes: " + std::to_string(ticks_per_quarter) + " ticks a quarter; use a multiple of " +
                        std::to_string(grid.steps_per_quarter) + " up to 32767");
  }
  const std::int64_t ticks_per_step = ticks_per_quarter / grid.steps_per_quarter;
  NoteSequence result;
  result.tempo_map = TempoMap(ticks_per_quarter, {Tempo::from_qpm(qpm)});
  result.time_signatures = {{{}, grid.beats_per_bar, grid.beat_unit}};
  result.end = {sequence.steps() * ticks_per_step};
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
  std::array<Ticks, 128> next;  // the next hit of each pitch, seen from the end
  next.fill(result.end);
  for (auto note = result.notes.rbegin(); note != result.notes.rend(); ++note) {
    Ticks& limit = next[static_cast<std::size_t>(note->pitch)];
    note->start = std::clamp(limit - Ticks{1}, Ticks{}, note->start);  // two hits on one tick: the first goes before the other
    note->end = std::min(note->start + Ticks{ticks_per_step}, limit);
    limit = note->start;
  }
  return result;
}

/// Plays a sequence as Magenta's converter does: 120 qpm, 220 ticks a quarter, each hit one step long whatever follows,
/// velocity 0 possible; a hit before the first tick begins on it and ends
/// where it would have. The end is that of the last note.
[[nodiscard]] inline NoteSequence to_reference_notes(const DrumSequence& sequence, const DrumMap& map) {
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

// Ticks to steps and back, for all kinds of music.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::detail {

/// The step nearest to a tick, and how much later than the step the tick is.
struct NearestStep {
  std::int64_t step;  ///< negative before the first step
  double late;        ///< in half steps, -1 to less than 1
};

/// A tick halfway between two steps belongs to the later one. The result is exact, because ticks are integers. Ticks more than kMaxSteps
/// quarter notes from tick 0 count as that far, so that nothing overflows.
[[nodiscard]] inline NearestStep nearest_step(Ticks at, std::int64_t ticks_per_quarter, int steps_per_quarter) {
  const std::int64_t last_tick = kMaxSteps * ticks_per_quarter;
  const std::int64_t time = std::clamp(at.value, -last_tick, last_tick) * steps_per_quarter;  // in 1/ticks_per_quarter of a step
  const std::int64_t twice = 2 * time + ticks_per_quarter;
  const std::int64_t two_steps = 2 * ticks_per_quarter;
  const std::int64_t step = twice / two_steps - (twice % two_steps < 0 ? 1 : 0);
  const std::int64_t late = 2 * (time - step * ticks_per_quarter);
  return {step, static_cast<double>(late) / static_cast<double>(ticks_per_quarter)};
}

/// A sequence without notes that has the tempo and the meter, and ends exactly where the last step ends. Throws ArgumentError unless `qpm`
/// is 4 to 60,000,000 and `ticks_per_quarter` is a multiple of the grid's steps per quarter, up to 32,767.
[[nodiscard]] inline NoteSequence notes_on_grid(const Grid& grid, int steps, double qpm, int ticks_per_quarter) {
  if (!(qpm >= 4.0 && qpm <= 6e7)) throw ArgumentError("to notes: a tempo of " + std::to_string(qpm) + " qpm; use 4 to 60000000");
  if (ticks_per_quarter < 1 || ticks_per_quarter > 32767 || ticks_per_quarter % grid.steps_per_quarter != 0) {
    throw ArgumentError("to notes: " + std::to_string(ticks_per_quarter) + " ticks per quarter note; use a multiple of " +
                        std::to_string(grid.steps_per_quarter) + " up to 32767");
  }
  NoteSequence result;
  result.tempo_map = TempoMap(ticks_per_quarter, {Tempo::from_qpm(qpm)});
  result.time_signatures = {{{}, grid.beats_per_bar, grid.beat_unit}};
  result.end = {std::int64_t{steps} * (ticks_per_quarter / grid.steps_per_quarter)};
  return result;
}

/// Throws ArgumentError unless `bars` bars of the grid have 0 to kMaxSteps steps.
inline void check_bars(int bars, const Grid& grid) {
  const std::int64_t most = kMaxSteps / grid.steps_per_bar();
  if (bars < 0 || bars > most) throw ArgumentError("from notes: " + std::to_string(bars) + " bars; use 0 to " + std::to_string(most));
}

}  // namespace musicvae::detail

// The sustain pedal: how long notes sound while it is down (note_seq's apply_sustain_control_changes).
#pragma once

#include <span>
#include <vector>

namespace musicvae::detail {

/// A note of an instrument. Times are in any unit.
struct PedalledNote {
  int instrument = 0;
  int pitch = 0;
  double start = 0.0;
  double end = 0.0;
  bool removed = false;  ///< another note of its pitch begins with it while the pedal is down, and replaces it
};

/// The pedal of an instrument goes down or up.
struct PedalMove {
  double at = 0.0;
  bool down = false;
  int instrument = 0;
};

/// Moves the ends of notes to where they stop sounding. While the pedal of its instrument is down, a note goes on until the pedal goes up
/// or its pitch begins again. At one time, pedals go down first, then up, then notes begin, then they end. Returns the end of the piece,
/// given its `end` without the pedal. If notes go on when nothing else happens, they and the piece end with the last of these events.
[[nodiscard]] double apply_pedal(std::vector<PedalledNote>& notes, std::span<const PedalMove> moves, double end);

}  // namespace musicvae::detail

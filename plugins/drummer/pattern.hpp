// What the audio thread plays: patterns of fixed size, which are copied without an allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::drummer {

inline constexpr int kStepsPerQuarter = 4;
inline constexpr int kStepsPerBar = 16;  ///< of a pattern, which is in 4/4
inline constexpr int kMaxSteps = 64;     ///< of a pattern: four bars
inline constexpr int kVariations = 4;    ///< of a groove; the first is the groove itself
inline constexpr int kMidiChannel = 9;   ///< counted from 0: channel 10, that of drums

/// A cell of a pattern.
struct PatternCell {
  float velocity = 0.0F;  ///< 0..1
  float offset = 0.0F;    ///< -1..1 in half steps; negative is early
  float rank = 0.0F;      ///< in (0, 1): the share of its drum's hits that are louder; 0: no hit
};

/// A groove of up to four bars.
struct Pattern {
  int steps = 0;  ///< a multiple of kStepsPerBar; 0: silence
  std::array<PatternCell, static_cast<std::size_t>(kMaxSteps) * kDrums> cells{};
  std::array<float, kDrums> mean_velocity{};

  [[nodiscard]] const PatternCell& at(int step, int drum) const noexcept {
    return cells[static_cast<std::size_t>(step) * kDrums + static_cast<std::size_t>(drum)];
  }
  [[nodiscard]] int bars() const noexcept { return steps / kStepsPerBar; }
};

/// The pattern of a groove: its first four bars at most. Throws ArgumentError for a groove on another grid than 16ths in 4/4, or one that
/// is not whole bars.
[[nodiscard]] Pattern pattern_of(const DrumSequence& groove);

/// The groove of a pattern.
[[nodiscard]] DrumSequence groove_of(const Pattern& pattern);

/// All that is played of one groove. The audio thread needs nothing else, so what it plays does not depend on when a worker is done.
struct Bank {
  std::array<Pattern, kVariations> variations{};
  Pattern fill{};                              ///< the groove with a fill in its last bar; no steps: there is no fill
  std::array<std::uint8_t, kDrums> pitches{};  ///< MIDI pitches of the drums
};

}  // namespace musicvae::drummer

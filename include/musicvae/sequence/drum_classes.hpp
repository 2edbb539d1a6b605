// The drum classes of models without velocities: nine, or each General MIDI pitch for itself.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace musicvae {

inline constexpr std::array<std::uint8_t, 61> kFullDrumPitches = {
    36, 35, 38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85, 42, 44, 54, 68, 69, 70, 71, 73, 78, 80, 46, 67, 72, 74,
    79, 81, 45, 29, 41, 61, 64, 84, 48, 47, 60, 63, 77, 86, 87, 50, 30, 43, 62, 76, 83, 49, 55, 57, 58, 51, 52, 53, 59, 82};

[[nodiscard]] constexpr int full_drum_pitch(int drum_class) {
  return kFullDrumPitches[static_cast<std::size_t>(drum_class)];
}
[[nodiscard]] constexpr std::optional<int> full_drum_class(int pitch) {
  for (std::size_t c = 0; c < kFullDrumPitches.size(); ++c) {
    if (kFullDrumPitches[c] == pitch) return static_cast<int>(c);
  }
  return {};
}

}  // namespace musicvae

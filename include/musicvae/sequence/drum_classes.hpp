// DrumClasses: the drum classes that a model without velocities distinguishes. There are two sets, those of Magenta's cat-drums_* and
// nade-drums_* models.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "musicvae/enum_names.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {

/// The two sets of drum classes.
enum class DrumClasses : std::uint8_t {
  nine,  ///< the nine of `Drum`; a DrumMap assigns pitches to them
  full,  ///< 61: each General MIDI drum (pitches 27 to 87) is a class of its own
};

/// The names of the sets on the command line.
template <>
struct EnumNames<DrumClasses> {
  static constexpr std::array<std::string_view, 2> names = {"nine", "full"};
  static constexpr std::string_view what = "drum classes";
};

/// The pitch of each class of `full`, in the order of the model's columns, grouped by the nine drums. Pitch 43 is among the high toms and
/// 52 among the rides; in DrumMap::reduced() they are a low tom and a crash.
inline constexpr std::array<int, 61> kFullDrumPitches = {
    36, 35,                                                      // kick
    38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85,  // snare
    42, 44, 54, 68, 69, 70, 71, 73, 78, 80,                      // closed hi-hat
    46, 67, 72, 74, 79, 81,                                      // open hi-hat
    45, 29, 41, 61, 64, 84,                                      // low tom
    48, 47, 60, 63, 77, 86, 87,                                  // mid tom
    50, 30, 43, 62, 76, 83,                                      // high tom
    49, 55, 57, 58,                                              // crash
    51, 52, 53, 59, 82,                                          // ride
};

/// The number of classes of the set: the width of a row of hits.
[[nodiscard]] constexpr int count(DrumClasses classes) {
  return classes == DrumClasses::full ? static_cast<int>(kFullDrumPitches.size()) : kDrums;
}

/// The class of a pitch in `full`, if the pitch has one.
[[nodiscard]] constexpr std::optional<int> full_drum_class(int pitch) {
  for (std::size_t i = 0; i < kFullDrumPitches.size(); ++i) {
    if (kFullDrumPitches[i] == pitch) return static_cast<int>(i);
  }
  return std::nullopt;
}

namespace detail {
/// Throws ArgumentError: `full` has no such class.
[[noreturn]] void refuse_full_drum_class(int drum_class);
}  // namespace detail

/// The pitch of a class of `full`. Throws ArgumentError unless `drum_class` is 0 to 60.
[[nodiscard]] constexpr int full_drum_pitch(int drum_class) {
  if (drum_class < 0 || drum_class >= count(DrumClasses::full)) detail::refuse_full_drum_class(drum_class);
  return kFullDrumPitches[static_cast<std::size_t>(drum_class)];
}

}  // namespace musicvae

// Cut: how a file of drum playing becomes windows.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "musicvae/error.hpp"

namespace musicvae::data {

/// The four ways; see groove_converter.hpp for what each does with a note.
enum class Cut : std::uint8_t {
  ours,             ///< quantise the whole file in musical time, then cut a window at every bar: an early downbeat stays on it
  reference,        ///< Magenta's converter on whole files: windows side by side, equal to its tensors bit for bit
  reference_tfds,   ///< the published 4-bar windows that Magenta trains on: cut by seconds before quantising
  reference_drums,  ///< Magenta's converter of its drum models without velocities: hits only, nine or 61 wide, cut into stretches of playing
};

/// Their names on the command line, in the order of the enumerators.
inline constexpr std::array<std::string_view, 4> kCutNames = {"ours", "reference", "reference-tfds", "reference-drums"};

/// The cut's name on the command line: "reference-tfds".
[[nodiscard]] constexpr std::string_view name(Cut cut) {
  return kCutNames[static_cast<std::size_t>(cut)];
}

/// Throws ArgumentError that lists the names.
[[nodiscard]] inline Cut cut_from_name(std::string_view text) {
  for (std::size_t i = 0; i < kCutNames.size(); ++i) {
    if (kCutNames[i] == text) return static_cast<Cut>(i);
  }
  throw ArgumentError("no cut is called \"" + std::string(text) + "\"; use ours, reference, reference-tfds or reference-drums");
}

}  // namespace musicvae::data

// Cut: the rule by which a file of drum playing becomes windows.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "musicvae/error.hpp"

namespace musicvae::data {

/// The four cuts. groove_converter.hpp describes how each one treats the notes.
enum class Cut : std::uint8_t {
  ours,             ///< quantise the whole file in musical time, then start a window at every bar; an early downbeat stays on its beat
  reference,        ///< Magenta's converter on whole files: windows side by side, bit-identical to its tensors
  reference_tfds,   ///< the published 4-bar windows that Magenta trains on: cut by seconds before quantising
  reference_drums,  ///< Magenta's converter for drum models without velocities: hits only, 9 or 61 columns, cut into stretches of playing
};

/// Names on the command line, in the order of the enumerators.
inline constexpr std::array<std::string_view, 4> kCutNames = {"ours", "reference", "reference-tfds", "reference-drums"};

/// The cut's name on the command line: "reference-tfds".
[[nodiscard]] constexpr std::string_view name(Cut cut) {
  return kCutNames[static_cast<std::size_t>(cut)];
}

/// The cut of that name. Throws ArgumentError that lists the names.
[[nodiscard]] inline Cut cut_from_name(std::string_view text) {
  for (std::size_t i = 0; i < kCutNames.size(); ++i) {
    if (kCutNames[i] == text) return static_cast<Cut>(i);
  }
  throw ArgumentError("no cut is called \"" + std::string(text) + "\"; use ours, reference, reference-tfds or reference-drums");
}

}  // namespace musicvae::data

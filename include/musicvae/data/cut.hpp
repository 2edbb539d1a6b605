// Cut: the rule by which a file becomes windows.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "musicvae/enum_names.hpp"

namespace musicvae::data {

/// The four cuts. groove_converter.hpp describes how each one treats the notes of drums, and melody_converter.hpp how the first two treat
/// those of melodies.
enum class Cut : std::uint8_t {
  bar_aligned,      ///< quantise the whole file in musical time, then start a window at every bar; an early downbeat stays on its beat
  reference,        ///< Magenta's converter on whole files: windows side by side, bit-identical to its tensors
  reference_tfds,   ///< the published 4-bar windows that Magenta trains on: cut by seconds before quantising
  reference_drums,  ///< Magenta's converter for drum models without velocities: hits only, 9 or 61 columns, cut into stretches of playing
};

}  // namespace musicvae::data

namespace musicvae {

/// The names of the cuts on the command line, such as "reference-tfds". "ours" is the name that bar_aligned had in version 0.1.
template <>
struct EnumNames<data::Cut> {
  static constexpr std::array<std::string_view, 4> names = {"bar-aligned", "reference", "reference-tfds", "reference-drums"};
  static constexpr std::string_view what = "cut";
  static constexpr std::array aliases = {EnumAlias<data::Cut>{"ours", data::Cut::bar_aligned}};
};

}  // namespace musicvae

namespace musicvae::data {

using musicvae::name;

/// The name of a cut in files: prepared datasets, checkpoints, reports. It is name(cut), except that bar_aligned stays "ours": version 0.1
/// can read the files, and the same data give the same bytes. from_name reads both.
[[nodiscard]] constexpr std::string_view stored_name(Cut cut) {
  return cut == Cut::bar_aligned ? std::string_view("ours") : name(cut);
}

}  // namespace musicvae::data

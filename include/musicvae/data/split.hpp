// Split: the purpose of a part of a dataset.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "musicvae/enum_names.hpp"

namespace musicvae::data {

/// The three parts in the table of the Groove MIDI Dataset.
enum class Split : std::uint8_t { train, validation, test };

using musicvae::name;

}  // namespace musicvae::data

namespace musicvae {

/// The names of the splits in the table.
template <>
struct EnumNames<data::Split> {
  static constexpr std::array<std::string_view, 3> names = {"train", "validation", "test"};
  static constexpr std::string_view what = "split";
};

}  // namespace musicvae

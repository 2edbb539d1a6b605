// Split: the purpose of a part of a dataset.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "musicvae/error.hpp"

namespace musicvae::data {

/// The three parts in the table of the Groove MIDI Dataset.
enum class Split : std::uint8_t { train, validation, test };

/// Names in the table, in the order of the enumerators.
inline constexpr std::array<std::string_view, 3> kSplitNames = {"train", "validation", "test"};

/// The split's name in the table.
[[nodiscard]] constexpr std::string_view name(Split split) {
  return kSplitNames[static_cast<std::size_t>(split)];
}

/// The split of that name, or nothing.
[[nodiscard]] constexpr std::optional<Split> split_from_name(std::string_view text) {
  for (std::size_t i = 0; i < kSplitNames.size(); ++i) {
    if (kSplitNames[i] == text) return static_cast<Split>(i);
  }
  return std::nullopt;
}

/// The split of that name. Throws ArgumentError that lists the names.
[[nodiscard]] inline Split split_named(std::string_view text) {
  if (const std::optional<Split> split = split_from_name(text)) return *split;
  throw ArgumentError("no split is called \"" + std::string(text) + "\"; use train, validation or test");
}

}  // namespace musicvae::data

// The table of the Groove MIDI Dataset and its place.
#pragma once

#include <cstddef>
#include <filesystem>

#include "archive.hpp"

namespace musicvae::data {

inline constexpr const char* groove_table = "info.csv";
inline constexpr std::size_t max_groove_table_size = std::size_t{64} << 20;

[[nodiscard]] inline Archive open_groove(const std::filesystem::path& path) {
  return {path, groove_table};
}

}  // namespace musicvae::data

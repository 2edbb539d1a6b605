// Which cells of a window its encoder does not see while it is learned: dropped notes, and cells to fill in.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/model/config.hpp"

namespace musicvae::train {

/// Does the config hide cells of the windows that it learns?
[[nodiscard]] bool hides_cells(const ModelConfig& config);

/// Cells [steps, 9] that are hidden (1) in a window of groove rows `window` [steps, 27], a function of (seed, position).
///
/// Note dropout, as Magenta's: a window's share p is drawn from 0 to config.note_dropout, and a hit goes with probability
/// p max(0.2, 1 - velocity), soft ones first. Infill: of 10 windows 4 lose some drums throughout, 4 a run of an eighth to a half of their
/// steps, 2 single cells, a tenth to nine tenths of them. None where the config hides none.
[[nodiscard]] std::vector<std::uint8_t> draw_hidden_cells(const ModelConfig& config, std::span<const float> window, std::uint64_t seed,
                                                          std::uint64_t position);

}  // namespace musicvae::train

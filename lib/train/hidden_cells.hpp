// The cells of a training window that are hidden from its encoder: dropped notes, and cells to fill in.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/model/config.hpp"

namespace musicvae::train {

/// The hidden cells (1) of a training window of rows `window` [steps, depth], as [steps, cells]; a function of (seed, position).
///
/// Note dropout follows Magenta: a share p is drawn for each window from 0 to GrooveSettings::note_dropout, and a hit is dropped with
/// probability p max(0.2, 1 - velocity), so soft hits are dropped more often. Infill: of 10 windows, 4 lose some drums throughout, 4 lose a
/// run of an eighth to a half of their steps, and 2 lose single cells, a tenth to nine tenths of them. If the config hides no cells, none
/// are hidden.
[[nodiscard]] std::vector<std::uint8_t> draw_hidden_cells(const ModelConfig& config, std::span<const float> window, std::uint64_t seed,
                                                          std::uint64_t position);

}  // namespace musicvae::train

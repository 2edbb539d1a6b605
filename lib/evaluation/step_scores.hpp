// How well a model whose output is categories reconstructs windows.
#pragma once

#include <cstddef>
#include <string>

#include "decoded_windows.hpp"
#include "measures.hpp"
#include "musicvae/evaluation/music_evaluation.hpp"

namespace musicvae::evaluation {

/// Decodes `n` windows again and writes `kl`, `active_units`, `from_mean` and `from_posterior` of a report. A row without a category, such
/// as those after the end of a track, does not count.
void score_steps(const MusicVae& model, std::size_t n, const RowsOfWindow& rows, const MusicParts& parts, const Options& options,
                 MusicReport& report);

}  // namespace musicvae::evaluation

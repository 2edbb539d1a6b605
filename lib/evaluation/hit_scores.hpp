// Counts the cells of HitScores.
#pragma once

#include "musicvae/evaluation/evaluation.hpp"

namespace musicvae::evaluation {

/// Counts one cell: is there a hit in the real window, and does the model predict one?
void count(HitScores& scores, bool real, bool predicted);
void operator+=(HitScores& scores, const HitScores& more);

}  // namespace musicvae::evaluation

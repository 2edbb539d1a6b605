// DrumSequence to the model's rows and back: the one place where cells become tensors and the offset changes its sign.
#pragma once

#include <span>

#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// Width of a row: [hits x9 (0/1) | velocities x9 (0..1) | offsets x9 (-1..1)] (Gillick et al. 2019, section 3.2).
inline constexpr int kDrumTensorDepth = 3 * kDrums;

/// Writes `sequence` to `rows`, [steps, 27] row-major. A tensor's offset is positive when the hit is early, a cell's when it
/// is late; 0 stays +0. Throws ArgumentError unless `rows` has room for exactly all steps.
void to_tensor(const DrumSequence& sequence, std::span<float> rows);

/// Reads [steps, 27] rows: a hit where the first part is above 0.5, velocity and offset clamped to their ranges (a NaN reads
/// as 0), nothing in a cell without a hit. Twin of to_tensor. Throws ArgumentError unless `rows` holds exactly steps x 27.
[[nodiscard]] DrumSequence from_tensor(std::span<const float> rows, int steps, Grid grid = {});

}  // namespace musicvae

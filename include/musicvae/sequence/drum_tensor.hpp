// Converts a DrumSequence to the model's rows and back. Only this file turns cells into tensors and changes the sign of the offset.
#pragma once

#include <span>

#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// Width of a row: [hits x9 (0/1) | velocities x9 (0..1) | offsets x9 (-1..1)] (Gillick et al. 2019, section 3.2).
inline constexpr int kDrumTensorDepth = 3 * kDrums;

/// Writes `sequence` to `rows`, [steps, 27] row-major. In a tensor the offset of an early hit is positive; in a cell it is negative. An
/// offset of 0 stays +0. Throws ArgumentError unless `rows` holds exactly steps x 27 floats.
void to_tensor(const DrumSequence& sequence, std::span<float> rows);

/// Reads [steps, 27] rows. A cell has a hit where the first block is above 0.5. Velocity and offset are clamped to their ranges (NaN
/// becomes 0). A cell without a hit is empty. The counterpart of to_tensor. Throws ArgumentError unless `rows` holds exactly steps x 27
/// floats.
[[nodiscard]] DrumSequence from_tensor(std::span<const float> rows, int steps, Grid grid = {});

}  // namespace musicvae

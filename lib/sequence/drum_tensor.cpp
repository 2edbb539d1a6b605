#include "musicvae/sequence/drum_tensor.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "musicvae/error.hpp"

namespace musicvae {

void to_tensor(const DrumSequence& sequence, std::span<float> rows) {
  const std::size_t size = static_cast<std::size_t>(sequence.steps()) * kDrumTensorDepth;
  if (rows.size() != size) {
    throw ArgumentError("drum tensor: the buffer holds " + std::to_string(rows.size()) + " floats; give " + std::to_string(size) + " (" +
                        std::to_string(sequence.steps()) + " steps x 27)");
  }
  float* row = rows.data();
  for (int step = 0; step < sequence.steps(); ++step, row += kDrumTensorDepth) {
    for (int d = 0; d < kDrums; ++d) {
      const Cell& cell = sequence.at(step, static_cast<Drum>(d));
      row[d] = cell.hit ? 1.0F : 0.0F;
      row[kDrums + d] = cell.velocity;
      row[2 * kDrums + d] = 0.0F - cell.offset;  // not -offset: that would write -0.0 for a hit on the grid
    }
  }
}

DrumSequence from_tensor(std::span<const float> rows, int steps, Grid grid) {
  DrumSequence sequence(steps, grid);
  const std::size_t size = static_cast<std::size_t>(steps) * kDrumTensorDepth;
  if (rows.size() != size) {
    throw ArgumentError("drum tensor: the buffer holds " + std::to_string(rows.size()) + " floats; give " + std::to_string(size) + " (" +
                        std::to_string(steps) + " steps x 27)");
  }
  const auto clamped = [](float value, float low) { return value == value ? std::clamp(value, low, 1.0F) : 0.0F; };
  const float* row = rows.data();
  for (int step = 0; step < steps; ++step, row += kDrumTensorDepth) {
    for (int d = 0; d < kDrums; ++d) {
      if (!(row[d] > 0.5F)) continue;
      sequence.set(step, static_cast<Drum>(d), clamped(row[kDrums + d], 0.0F), 0.0F - clamped(row[2 * kDrums + d], -1.0F));
    }
  }
  return sequence;
}

}  // namespace musicvae

// What the groove head and the feel head have in common. The logits of a feel head's cells are those of a groove head that predicts the
// same means.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

#include "model/heads/log_loss.hpp"
#include "musicvae/model/heads/groove.hpp"

namespace musicvae {

inline constexpr const char* kThreePartsProblem =
    "output_depth must be three equal parts (hits, velocities, offsets) for the groove and feel heads";

inline void likeliest_hits_with_feel(std::span<const float> cell_logits, std::span<float> step) {
  const std::size_t drums = step.size() / 3;
  for (std::size_t d = 0; d < drums; ++d) {
    step[d] = cell_logits[d] > 0.0F ? 1.0F : 0.0F;
    step[drums + d] = static_cast<float>(sigmoid(static_cast<double>(cell_logits[drums + d])));
    step[2 * drums + d] = static_cast<float>(std::tanh(static_cast<double>(cell_logits[2 * drums + d])));
  }
}

/// The log loss of hits and the squared errors of velocities and offsets.
[[nodiscard]] inline StepLoss hits_with_feel_loss(std::span<const float> cell_logits, std::span<const float> target, bool on_hits_only) {
  const std::size_t drums = target.size() / 3;
  StepLoss loss;
  for (std::size_t d = 0; d < drums; ++d) {
    const bool hit = target[d] > 0.5F;
    loss.nll += log_loss(static_cast<double>(cell_logits[d]), hit, GrooveHead::kEpsilon);
    if (!hit && on_hits_only) continue;
    const double velocity = sigmoid(static_cast<double>(cell_logits[drums + d])) - static_cast<double>(target[drums + d]);
    const double offset = std::tanh(static_cast<double>(cell_logits[2 * drums + d])) - static_cast<double>(target[2 * drums + d]);
    loss.velocity_error += velocity * velocity;
    loss.offset_error += offset * offset;
  }
  return loss;
}

}  // namespace musicvae

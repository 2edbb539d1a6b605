// The heads in training, and the log loss that several of them use.
#pragma once

#include <memory>

#include "musicvae/train/head.hpp"

namespace musicvae::train {

[[nodiscard]] std::unique_ptr<const Head> groove_head();
[[nodiscard]] std::unique_ptr<const Head> categorical_head();
[[nodiscard]] std::unique_ptr<const Head> nade_head();
[[nodiscard]] std::unique_ptr<const Head> feel_head();

/// -log p of each target, 0 or 1. `epsilon` is added to the probabilities.
[[nodiscard]] inline torch::Tensor log_loss(const torch::Tensor& probability, const torch::Tensor& target, double epsilon) {
  return -(target * torch::log(probability + epsilon) + (1 - target) * torch::log(1 - probability + epsilon));
}

}  // namespace musicvae::train

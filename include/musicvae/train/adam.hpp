// Adam and gradient clipping as TensorFlow 1 does them, which is how the reference was trained.
#pragma once

#include <cstdint>
#include <vector>

#include <torch/torch.h>

#include "musicvae/model/config.hpp"

namespace musicvae::train {

/// Scales all gradients so that their global norm is at most config.grad_clip; at config.grad_norm_to_zero or above (or not finite)
/// they become zero, which stops an explosion from moving anything but Adam's state. Returns the norm before.
double clip_gradients(const std::vector<torch::Tensor>& parameters, const TrainingConfig& config);

/// Adam with epsilon added before the bias correction (Kingma & Ba 2015, the "epsilon hat" form of section 2):
///   lr_t = lr sqrt(1 - b2^t) / (1 - b1^t);  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;  p -= lr_t m / (sqrt(v) + epsilon).
class Adam {
 public:
  static constexpr double beta1 = 0.9;
  static constexpr double beta2 = 0.999;
  static constexpr double epsilon = 1e-8;

  /// The parameters are shared, the moments start at zero.
  explicit Adam(std::vector<torch::Tensor> parameters);

  /// One update from the parameters' gradients. A parameter without a gradient throws ArgumentError.
  void step(double learning_rate);

  /// Updates done; sets the bias correction.
  std::int64_t updates = 0;
  /// Moments, one a parameter.
  std::vector<torch::Tensor> m;
  std::vector<torch::Tensor> v;

 private:
  std::vector<torch::Tensor> parameters_;
};

}  // namespace musicvae::train

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
///   lr_t = lr sqrt(1 - b2^t) / (1 - b1^t);  m += (g - m) (1 - b1);  v += (g^2 - v) (1 - b2);  p -= lr_t m / (sqrt(v) + epsilon).
/// All of it in float32, b1^t and b2^t as running products, too: in float32 1 - 0.999 is 1.3e-5 off, and two runs that differ in that
/// drift apart.
class Adam {
 public:
  static constexpr float beta1 = 0.9F;
  static constexpr float beta2 = 0.999F;
  static constexpr float epsilon = 1e-8F;

  /// The parameters are shared, the moments start at zero.
  explicit Adam(std::vector<torch::Tensor> parameters);

  /// One update from the parameters' gradients. A parameter without a gradient throws ArgumentError.
  void step(double learning_rate);

  /// Goes on after `updates` updates, which sets the bias correction; the moments are the caller's to restore.
  void resume(std::int64_t updates);

  /// Moments, one a parameter.
  std::vector<torch::Tensor> m;
  std::vector<torch::Tensor> v;

 private:
  std::vector<torch::Tensor> parameters_;
  float beta1_power_ = 1.0F;
  float beta2_power_ = 1.0F;
};

}  // namespace musicvae::train

// Adam and gradient clipping as in TensorFlow 1, with which the reference was trained.
#pragma once

#include <cstdint>
#include <vector>

#include <torch/torch.h>

#include "musicvae/model/config.hpp"

namespace musicvae::train {

/// Scales all gradients so that their global norm is at most config.grad_clip. If the norm is config.grad_norm_to_zero or above, or not
/// finite, all gradients become zero, so that an explosion does not reach the parameters (Adam's momentum still moves them). Returns the
/// norm before scaling.
double clip_gradients(const std::vector<torch::Tensor>& parameters, const TrainingConfig& config);

/// Adam with epsilon added before the bias correction (Kingma & Ba 2015, the "epsilon hat" form of section 2):
///   lr_t = lr sqrt(1 - b2^t) / (1 - b1^t);  m += (g - m) (1 - b1);  v += (g^2 - v) (1 - b2);  p -= lr_t m / (sqrt(v) + epsilon).
/// All computations are in float32, including b1^t and b2^t as running products. In float32, 1 - 0.999 is off by 1.3e-5, and two runs that
/// differ in this drift apart.
class Adam {
 public:
  static constexpr float kBeta1 = 0.9F;
  static constexpr float kBeta2 = 0.999F;
  static constexpr float kEpsilon = 1e-8F;

  /// Shares the parameters; the moments start at zero.
  explicit Adam(std::vector<torch::Tensor> parameters);

  /// One update from the gradients of the parameters. Throws ArgumentError if a parameter has no gradient.
  void step(double learning_rate);

  /// Continues after `updates` updates, which sets the bias correction. The caller must restore the moments.
  void resume(std::int64_t updates);

  /// First and second moments, one tensor per parameter.
  std::vector<torch::Tensor> m;
  std::vector<torch::Tensor> v;

 private:
  std::vector<torch::Tensor> parameters_;
  float beta1_power_ = 1.0F;
  float beta2_power_ = 1.0F;
};

}  // namespace musicvae::train

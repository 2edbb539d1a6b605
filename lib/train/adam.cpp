#include "musicvae/train/adam.hpp"

#include <algorithm>
#include <cmath>

#include "musicvae/error.hpp"

namespace musicvae::train {

double clip_gradients(const std::vector<torch::Tensor>& parameters, const TrainingConfig& config) {
  std::vector<torch::Tensor> norms;  // float64: the error of a float32 sum over a million squares is about 1e-5
  for (const torch::Tensor& parameter : parameters) norms.push_back(parameter.grad().norm(torch::Scalar(2), torch::kFloat64));
  const double norm = torch::stack(norms).norm().item<double>();
  for (const torch::Tensor& parameter : parameters) {
    if (norm < config.grad_norm_to_zero) {  // also false for NaN
      parameter.grad().mul_(config.grad_clip / std::max(norm, config.grad_clip));
    } else {
      parameter.grad().zero_();
    }
  }
  return norm;
}

Adam::Adam(std::vector<torch::Tensor> parameters) : parameters_(std::move(parameters)) {
  for (const torch::Tensor& parameter : parameters_) {
    m.push_back(torch::zeros_like(parameter, parameter.options().requires_grad(false)));
    v.push_back(m.back().clone());
  }
}

void Adam::step(double learning_rate) {
  const torch::NoGradGuard no_grad;
  beta1_power_ *= kBeta1;
  beta2_power_ *= kBeta2;
  const float rate = static_cast<float>(learning_rate) * std::sqrt(1.0F - beta2_power_) / (1.0F - beta1_power_);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const torch::Tensor& gradient = parameters_[i].grad();
    if (!gradient.defined()) throw ArgumentError("Adam: parameter " + std::to_string(i) + " has no gradient; run backward() first");
    m[i].lerp_(gradient, 1.0F - kBeta1);
    v[i].lerp_(gradient.square(), 1.0F - kBeta2);
    parameters_[i].addcdiv_(m[i], v[i].sqrt().add_(kEpsilon), -rate);
  }
}

void Adam::resume(std::int64_t updates) {
  beta1_power_ = 1.0F;
  beta2_power_ = 1.0F;
  for (std::int64_t i = 0; i < updates; ++i) {
    beta1_power_ *= kBeta1;
    beta2_power_ *= kBeta2;
  }
}

}  // namespace musicvae::train

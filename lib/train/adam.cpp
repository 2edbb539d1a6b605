#include "musicvae/train/adam.hpp"

#include <algorithm>
#include <cmath>

#include "musicvae/error.hpp"

namespace musicvae::train {

double clip_gradients(const std::vector<torch::Tensor>& parameters, const TrainingConfig& config) {
  std::vector<torch::Tensor> norms;
  for (const torch::Tensor& parameter : parameters) norms.push_back(parameter.grad().norm());
  const double norm = torch::stack(norms).norm().item<double>();
  for (const torch::Tensor& parameter : parameters) {
    if (norm < config.grad_norm_to_zero) {  // false for NaN, too
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
  ++updates;
  const auto t = static_cast<double>(updates);
  const double rate = learning_rate * std::sqrt(1.0 - std::pow(beta2, t)) / (1.0 - std::pow(beta1, t));
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const torch::Tensor& gradient = parameters_[i].grad();
    if (!gradient.defined()) throw ArgumentError("Adam: parameter " + std::to_string(i) + " has no gradient; run backward() first");
    m[i].mul_(beta1).add_(gradient, 1.0 - beta1);
    v[i].mul_(beta2).addcmul_(gradient, gradient, 1.0 - beta2);
    parameters_[i].addcdiv_(m[i], v[i].sqrt().add_(epsilon), -rate);
  }
}

}  // namespace musicvae::train

#include "musicvae/train/adam.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "musicvae/error.hpp"

namespace musicvae::train {

namespace {

// Calls work(i, begin, count) for pieces of the parameters, on all threads of LibTorch. On the CPU a piece stays in the L2 cache while
// several operations read and write it; elsewhere it is a whole parameter.
template <class Work>
void over_pieces(const std::vector<torch::Tensor>& parameters, const Work& work) {
  constexpr std::int64_t most = 1 << 15;
  struct Piece {
    std::size_t parameter;
    std::int64_t begin, count;
  };
  std::vector<Piece> pieces;
  const bool cpu = parameters.empty() || parameters.front().is_cpu();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::int64_t all = parameters[i].numel();
    const std::int64_t size = cpu ? most : std::max<std::int64_t>(all, 1);
    for (std::int64_t begin = 0; begin < all; begin += size) pieces.push_back({i, begin, std::min(size, all - begin)});
  }
  const auto some = [&](std::int64_t first, std::int64_t last) {
    const torch::NoGradGuard no_grad;
    for (const Piece& piece : std::span(pieces).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first))) {
      work(piece.parameter, piece.begin, piece.count);
    }
  };
  const auto count = static_cast<std::int64_t>(pieces.size());
  if (cpu) {
    at::parallel_for(0, count, 1, some);
  } else {
    some(0, count);
  }
}

}  // namespace

double clip_gradients(const std::vector<torch::Tensor>& parameters, const TrainingConfig& config) {
  std::vector<torch::Tensor> norms;  // float64: the error of a float32 sum over a million squares is about 1e-5
  for (const torch::Tensor& parameter : parameters) norms.push_back(parameter.grad().norm(torch::Scalar(2), torch::kFloat64));
  const double norm = torch::stack(norms).norm().item<double>();
  const bool explodes = !(norm < config.grad_norm_to_zero);  // also true for NaN
  if (!explodes && norm <= config.grad_clip) return norm;
  for (const torch::Tensor& parameter : parameters) {
    if (explodes) {
      parameter.grad().zero_();
    } else {
      parameter.grad().mul_(config.grad_clip / norm);
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
  beta1_power_ *= kBeta1;
  beta2_power_ *= kBeta2;
  const float rate = static_cast<float>(learning_rate) * std::sqrt(1.0F - beta2_power_) / (1.0F - beta1_power_);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].grad().defined()) {
      throw ArgumentError("Adam: parameter " + std::to_string(i) + " has no gradient; run backward() first");
    }
  }
  over_pieces(parameters_, [&](std::size_t i, std::int64_t begin, std::int64_t count) {
    const auto piece = [&](const torch::Tensor& whole) { return whole.view(-1).narrow(0, begin, count); };
    const torch::Tensor gradient = parameters_[i].grad().reshape(-1).narrow(0, begin, count);
    const torch::Tensor mean = piece(m[i]), square = piece(v[i]);
    mean.lerp_(gradient, 1.0F - kBeta1);
    square.lerp_(gradient.square(), 1.0F - kBeta2);
    piece(parameters_[i]).addcdiv_(mean, square.sqrt().add_(kEpsilon), -rate);
  });
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

#include "flat_gradients.hpp"

namespace musicvae::train {

FlatGradients::FlatGradients(const std::vector<torch::Tensor>& parameters, std::int64_t extra) {
  std::int64_t count = 0;
  for (const torch::Tensor& parameter : parameters) count += parameter.numel();
  all_ = torch::zeros({count + extra}, parameters.front().options().requires_grad(false));
  std::int64_t first = 0;
  for (const torch::Tensor& parameter : parameters) {
    parameter.mutable_grad() = all_.narrow(0, first, parameter.numel()).view(parameter.sizes());
    first += parameter.numel();
  }
  extra_ = all_.narrow(0, count, extra);
}

}  // namespace musicvae::train

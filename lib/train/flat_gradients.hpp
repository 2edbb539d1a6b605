// The gradients of all parameters in one piece of memory, so that they can be zeroed and added up over processes in one go.
#pragma once

#include <cstdint>
#include <vector>

#include <torch/torch.h>

namespace musicvae::train {

/// While it lives, each parameter's .grad() is a view of it, which backward() adds to.
class FlatGradients {
 public:
  /// The parameters are float32 and on one device. `more`: numbers behind the gradients, for what travels with them.
  FlatGradients(const std::vector<torch::Tensor>& parameters, std::int64_t more);

  void zero() { all_.zero_(); }
  /// All of it: the gradients in the parameters' order, then the other numbers.
  [[nodiscard]] const torch::Tensor& all() const { return all_; }
  /// The other numbers.
  [[nodiscard]] const torch::Tensor& more() const { return more_; }

 private:
  torch::Tensor all_;
  torch::Tensor more_;
};

}  // namespace musicvae::train

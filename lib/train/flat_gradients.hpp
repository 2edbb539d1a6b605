// The gradients of all parameters in one block of memory, so that they can be zeroed, and summed over processes, in one operation.
#pragma once

#include <cstdint>
#include <vector>

#include <torch/torch.h>

namespace musicvae::train {

/// While it exists, each parameter's .grad() is a view of it, to which backward() adds.
class FlatGradients {
 public:
  /// The parameters must be float32 and on one device. `extra` is how many more numbers the block has
  /// after the gradients, for values that are summed with them.
  FlatGradients(const std::vector<torch::Tensor>& parameters, std::int64_t extra);

  void zero() { all_.zero_(); }
  /// The whole block: the gradients in the order of the parameters, then the extra numbers.
  [[nodiscard]] const torch::Tensor& all() const { return all_; }
  /// The extra numbers.
  [[nodiscard]] const torch::Tensor& extra() const { return extra_; }

 private:
  torch::Tensor all_;
  torch::Tensor extra_;
};

}  // namespace musicvae::train

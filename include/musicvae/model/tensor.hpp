// Tensors by name: what a model has (Weights) and what a config demands (TensorSpec).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace musicvae {

/// A row-major float tensor.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
  friend bool operator==(const Tensor&, const Tensor&) = default;
};

/// Every tensor of a model by its name (tensor_specs() lists them).
using Weights = std::map<std::string, Tensor>;

/// A tensor that a model must have.
struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> shape;
  friend bool operator==(const TensorSpec&, const TensorSpec&) = default;
};

}  // namespace musicvae

// A model's weights by name, and a check that they fit its config.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "musicvae/model/config.hpp"

namespace musicvae {

/// A row-major float tensor.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
  friend bool operator==(const Tensor&, const Tensor&) = default;
};

/// Every tensor of a model by its name (tensor_specs() lists them).
using Weights = std::map<std::string, Tensor>;

/// Throws a ModelError that names the first tensor that is missing, misshapen, not finite or unexpected. `source` names the weights.
void check_weights(const Weights& weights, const ModelConfig& config, const std::string& source);

}  // namespace musicvae

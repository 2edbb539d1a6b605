// A check that a model's weights fit its config.
#pragma once

#include <string>

#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor.hpp"

namespace musicvae {

/// Throws a ModelError that names the first tensor that is missing, misshapen, not finite or unexpected. `source` names the weights.
void check_weights(const Weights& weights, const ModelConfig& config, const std::string& source);

}  // namespace musicvae

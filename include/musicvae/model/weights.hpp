// Checks of a model's weights: whether they fit its config, and what a partial model lacks.
#pragma once

#include <string>
#include <vector>

#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor.hpp"

namespace musicvae {

/// Throws a ModelError that names the first tensor that is missing, misshapen, not finite or unexpected. `source` names the weights.
/// `lacks` names the tensors that a partial model may lack: what it names must be absent, and must be whole groups of the encoder (see
/// missing_encoder_tensors).
void check_weights(const Weights& weights, const ModelConfig& config, const std::string& source,
                   const std::vector<std::string>& lacks = {});

/// The encoder's tensors that `weights` lack, in the order of tensor_specs(); empty for a whole model. A model without them is partial: it
/// decodes, so it samples, but it does not encode. Only whole groups may be missing: all kernels of the encoder's LSTM layers (with their
/// projections), all biases of these layers, mu, or sigma. Throws a ModelError that names the first missing tensor of an incomplete group.
/// `source` names the weights.
[[nodiscard]] std::vector<std::string> missing_encoder_tensors(const Weights& weights, const ModelConfig& config,
                                                               const std::string& source);

}  // namespace musicvae

// The weights of TensorFlow's CudnnLSTM layers, as the LSTM layers of a model have them.
#pragma once

#include "foreign_model.hpp"
#include "musicvae/model/config.hpp"

namespace musicvae::interop {

/// The tensors with those of cuDNN replaced by those that a model of this config has. Two forms are known:
/// - canonical, "…/cudnn_compatible_lstm_cell/{kernel, bias}": they have our layout, but their bias holds the forget gate's +1
/// - opaque, "SCOPE/opaque_kernel" (or "SCOPE/cudnn_lstm/opaque_kernel"): one vector for the layers "SCOPE/…/lstm_cell". Of each layer, in
///   order: for the gates i, f, c~, o the weights of the input [units, inputs], then those of the state [units, units]; after the weights
///   of all layers, of each layer the four biases of the input and the four of the state, which are added. The forget gate's +1 is in them.
///
/// Magenta's own checkpoints need neither: it saves its cuDNN layers under the names and in the layout of the others. Throws a ModelError
/// for an opaque vector whose size does not fit the config.
[[nodiscard]] ForeignTensors without_cudnn(const ForeignModel& model, const ModelConfig& config);

}  // namespace musicvae::interop

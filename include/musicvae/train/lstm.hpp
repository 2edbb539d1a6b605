// LSTM layers for training: three ways to compute the same numbers. Sequences are time-major [T, B, width].
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "musicvae/train/dropout.hpp"
#include "musicvae/train/lstm_mode.hpp"

namespace musicvae::train {

/// c and h of one layer, each [B, units].
struct LstmState {
  torch::Tensor c;
  torch::Tensor h;
};

/// The input of a layer: at each step [x[t] | constant], with the constant columns inserted before column `constant_at` of x.
struct LstmInput {
  torch::Tensor x;              ///< [T, B, width]
  torch::Tensor constant = {};  ///< [B, width], the same at every step; undefined: none
  std::int64_t constant_at = 0;
};

/// The input of all steps in one tensor [T, B, width], with dropout applied.
[[nodiscard]] torch::Tensor whole_input(const LstmInput& input, const Dropout& dropout, const DropoutSite& site);

/// One layer in one direction, over a sequence:
///   i, f, o = sigmoid(.), c~ = tanh(.) of [input_t | h] kernel + bias, with 1 added to f's;  c = f c + i c~;  h = o tanh(c).
struct LstmCall {
  torch::Tensor kernel;  ///< [inputs + units, 4 * units], gate blocks i, c~, f, o (Magenta's layout)
  torch::Tensor bias;    ///< [4 * units]
  LstmInput input;
  LstmState start = {};  ///< undefined: zeros
  DropoutSite site = {};
  bool outputs = true;  ///< false: only the last state is needed
};

/// The result of a call.
struct LstmResult {
  torch::Tensor outputs;  ///< h of every step, [T, B, units]; undefined if not requested
  LstmState end;          ///< after the last step
};

/// Runs layers that do not depend on each other, in parallel. Differentiable in kernels, biases, inputs and states. The path and the
/// precision of `mode` must not be automatic.
[[nodiscard]] std::vector<LstmResult> run_lstm(const std::vector<LstmCall>& calls, const Dropout& dropout, LstmMode mode);

/// The weights of one LSTM layer in LibTorch's layout: [4 * units, inputs], [4 * units, units], [4 * units], gates i, f, g, o.
struct TorchLstmWeights {
  torch::Tensor input;
  torch::Tensor hidden;
  torch::Tensor bias;         ///< includes the forget gate's +1
  torch::Tensor hidden_bias;  ///< zeros: LibTorch has two biases, and this library has one
};

/// Converts to LibTorch's layout, differentiably. The bias of the forget gate gets the +1 that TensorFlow's cell adds when it runs.
[[nodiscard]] TorchLstmWeights to_torch_lstm(const torch::Tensor& kernel, const torch::Tensor& bias);

}  // namespace musicvae::train

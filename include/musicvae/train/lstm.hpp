// LSTM layers for learning: three ways to compute the same numbers. Sequences are time-major [T, B, width].
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "musicvae/train/dropout.hpp"

namespace musicvae::train {

/// How LSTM layers are computed. All agree to rounding.
enum class LstmPath {
  fused,    ///< ours, for the CPU: see lib/train/lstm_fused.cpp
  unfused,  ///< a step at a time from LibTorch's operators, on any device: what the others are tested against
  library,  ///< LibTorch's own layer: oneDNN on the CPU, cuDNN on CUDA
};

/// What matrix products of LSTM layers are fed. Sums, cell states, weights and gradients are float32 in either.
enum class Precision {
  fp32,
  bf16,  ///< weights and activations rounded to bfloat16 where a product reads them
};

/// A way and a precision.
struct LstmMode {
  LstmPath path = LstmPath::fused;
  Precision precision = Precision::fp32;
};

/// c and h of one layer, each [B, units].
struct LstmState {
  torch::Tensor c;
  torch::Tensor h;
};

/// What a layer reads: at each step [x[t] | constant], with the constant columns put in before column `constant_at` of x.
struct LstmInput {
  torch::Tensor x;              ///< [T, B, width]
  torch::Tensor constant = {};  ///< [B, width], the same at every step; undefined: none
  std::int64_t constant_at = 0;
};

/// The input of all steps in one tensor [T, B, width], with its dropout.
[[nodiscard]] torch::Tensor whole_input(const LstmInput& input, const Dropout& dropout, const DropoutSite& site);

/// One layer in one direction, over a sequence:
///   i, f, o = sigmoid(.), c~ = tanh(.) of [input_t | h] kernel + bias, with 1 added to f's;  c = f c + i c~;  h = o tanh(c).
struct LstmCall {
  torch::Tensor kernel;  ///< [inputs + units, 4 * units], gate blocks i, c~, f, o (Magenta's layout)
  torch::Tensor bias;    ///< [4 * units]
  LstmInput input;
  LstmState start = {};  ///< undefined: zeros
  DropoutSite site = {};
  bool outputs = true;  ///< false: only the last state is wanted
};

/// What a call makes.
struct LstmResult {
  torch::Tensor outputs;  ///< h of every step [T, B, units]; undefined where they were not wanted
  LstmState end;          ///< after the last step
};

/// Layers that do not depend on each other, side by side. Differentiable in kernels, biases, inputs and states.
[[nodiscard]] std::vector<LstmResult> run_lstm(const std::vector<LstmCall>& calls, const Dropout& dropout, LstmMode mode);

/// Does this machine multiply bfloat16 matrices in hardware that the fused path uses (AMX)?
[[nodiscard]] bool has_fast_bf16();

/// The weights of one LSTM layer as LibTorch wants them: [4 * units, inputs], [4 * units, units], [4 * units], gates i, f, g, o.
struct TorchLstmWeights {
  torch::Tensor input;
  torch::Tensor hidden;
  torch::Tensor bias;         ///< with the forget gate's +1
  torch::Tensor hidden_bias;  ///< zeros: LibTorch has two biases, we have one
};

/// The layout change, differentiable. The forget gate's bias gets the +1 that TensorFlow's cell adds when it runs.
[[nodiscard]] TorchLstmWeights to_torch_lstm(const torch::Tensor& kernel, const torch::Tensor& bias);

}  // namespace musicvae::train

// The layers that all modules are made of: dense layers, LSTM layers and stacks of them.
// Sequences are time-major [T, B, width]. Parameters are kept as Magenta's TensorFlow variables are: kernels [inputs, outputs],
// one joint LSTM kernel [inputs + units, 4 * units] with gate blocks i, c~, f, o. So are their gradients.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/train/lstm.hpp"

namespace musicvae::train {

/// How the layers of one pass are computed.
struct Pass {
  Dropout dropout;
  LstmMode lstm;
};

/// y = x kernel + bias.
class DenseImpl : public torch::nn::Module {
 public:
  DenseImpl(std::int64_t inputs, std::int64_t outputs);
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x) const;

 private:
  torch::Tensor kernel_;  // [inputs, outputs]
  torch::Tensor bias_;    // [outputs]
};
TORCH_MODULE(Dense);

/// The parameters of one LSTM layer in one direction; LstmCall has its equations. A residual layer adds what its cell is fed to what it
/// says; where it projects, a dense layer stands before the cell, and dropout before that.
class LstmLayerImpl : public torch::nn::Module {
 public:
  explicit LstmLayerImpl(const LstmLayerSpec& spec);

  [[nodiscard]] std::int64_t units() const { return units_; }

  [[nodiscard]] bool residual() const { return residual_; }

  /// What the cell is fed of `input`. A residual layer needs it in one tensor, with its dropout, projected; any other layer leaves all of
  /// that to run_lstm().
  [[nodiscard]] LstmInput feed(LstmInput input, const DropoutSite& site, const Dropout& dropout);
  /// A call of its cell.
  [[nodiscard]] LstmCall call(LstmInput input, DropoutSite site, LstmState start = {}, bool outputs = true) const {
    return {.kernel = kernel_, .bias = bias_, .input = std::move(input), .start = std::move(start), .site = site, .outputs = outputs};
  }
  /// What the layer says [T, B, units], from its cell's outputs and what that was fed.
  [[nodiscard]] torch::Tensor said(const torch::Tensor& outputs, const LstmInput& fed) const {
    return residual_ ? outputs + fed.x : outputs;
  }

 private:
  std::int64_t units_;
  bool residual_;
  Dense projection_{nullptr};
  torch::Tensor kernel_;
  torch::Tensor bias_;
};
TORCH_MODULE(LstmLayer);

/// LSTM layers on top of each other that start from an embedding: state = tanh(dense(embedding)), split c0, h0, c1, h1, ...
/// (Roberts et al. 2018, section 3.1). The conductor and the decoder are such stacks.
class LstmStackImpl : public torch::nn::Module {
 public:
  /// Its layers, and the name and inputs of the dense layer that makes their first state.
  LstmStackImpl(const std::vector<LstmLayerSpec>& layers, const std::string& initial_state_name, std::int64_t embedding);

  /// One state a layer, from an embedding [B, width].
  [[nodiscard]] std::vector<LstmState> initial_state(const torch::Tensor& embedding);
  /// The input through all layers, with dropout on the input of each. Returns the top layer's outputs [T, B, units] and moves `states` on.
  /// `site` is the first layer's; those above it have the numbers after.
  [[nodiscard]] torch::Tensor run(LstmInput input, std::vector<LstmState>& states, DropoutSite site, const Pass& pass);

 private:
  std::vector<LstmLayer> layers_;
  Dense initial_state_{nullptr};
};
TORCH_MODULE(LstmStack);

/// c0, h0, c1, h1, ... side by side: [B, 2 * total units].
[[nodiscard]] torch::Tensor flatten(const std::vector<LstmState>& states);

}  // namespace musicvae::train

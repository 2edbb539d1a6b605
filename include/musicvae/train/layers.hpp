// The layers of which all modules consist: dense layers, LSTM layers and stacks of LSTM layers. Sequences are time-major [T, B, width].
// Parameters and their gradients have the layout of Magenta's TensorFlow variables: kernels are [inputs, outputs], and an LSTM has one
// joint kernel [inputs + units, 4 * units] with gate blocks i, c~, f, o.
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

/// The parameters of one LSTM layer in one direction; LstmCall gives its equations. A residual layer adds the input of its cell to its
/// output. If a layer projects, a dense layer precedes the cell, and dropout precedes that dense layer.
class LstmLayerImpl : public torch::nn::Module {
 public:
  explicit LstmLayerImpl(const LstmLayerSpec& spec);

  [[nodiscard]] std::int64_t units() const { return units_; }

  [[nodiscard]] bool residual() const { return residual_; }

  /// The input of the cell, computed from `input`. A residual layer needs it as one tensor, with dropout and projection applied. Any other
  /// layer leaves all of that to run_lstm().
  [[nodiscard]] LstmInput prepare_input(LstmInput input, const DropoutSite& site, const Dropout& dropout);
  /// A call of the layer's cell.
  [[nodiscard]] LstmCall call(LstmInput input, DropoutSite site, LstmState start = {}, bool outputs = true) const {
    return {.kernel = kernel_, .bias = bias_, .input = std::move(input), .start = std::move(start), .site = site, .outputs = outputs};
  }
  /// The output of the layer, [T, B, units], from the outputs of its cell and the input of the cell.
  [[nodiscard]] torch::Tensor output(const torch::Tensor& outputs, const LstmInput& prepared) const {
    return residual_ ? outputs + prepared.x : outputs;
  }

 private:
  std::int64_t units_;
  bool residual_;
  Dense projection_{nullptr};
  torch::Tensor kernel_;
  torch::Tensor bias_;
};
TORCH_MODULE(LstmLayer);

/// A stack of LSTM layers whose initial state comes from an embedding: state = tanh(dense(embedding)), split into c0, h0, c1, h1, ...
/// (Roberts et al. 2018, section 3.1). The conductor and the decoder are such stacks.
class LstmStackImpl : public torch::nn::Module {
 public:
  /// `layers` are its layers; the other two are the name and the number of inputs of the dense layer for the initial state.
  LstmStackImpl(const std::vector<LstmLayerSpec>& layers, const std::string& initial_state_name, std::int64_t embedding);

  /// The initial state of each layer, from an embedding [B, width].
  [[nodiscard]] std::vector<LstmState> initial_state(const torch::Tensor& embedding);
  /// Passes the input through all layers, with dropout on the input of each. Returns the outputs of the top layer, [T, B, units], and
  /// advances `states`. `site` belongs to the first layer; the layers above it have the following numbers.
  [[nodiscard]] torch::Tensor run(LstmInput input, std::vector<LstmState>& states, DropoutSite site, const Pass& pass);

 private:
  std::vector<LstmLayer> layers_;
  Dense initial_state_{nullptr};
};
TORCH_MODULE(LstmStack);

/// c0, h0, c1, h1, ... side by side: [B, 2 * total units].
[[nodiscard]] torch::Tensor flatten(const std::vector<LstmState>& states);

}  // namespace musicvae::train

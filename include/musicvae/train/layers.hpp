// The layers that all modules are made of: dense layers, LSTM layers and stacks of them.
// Sequences are time-major [T, B, width]. Parameters are kept as Magenta's TensorFlow variables are: kernels [inputs, outputs],
// one joint LSTM kernel [inputs + units, 4 * units] with gate blocks i, c~, f, o. So are their gradients.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

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

/// The parameters of one LSTM layer in one direction; LstmCall has its equations.
class LstmLayerImpl : public torch::nn::Module {
 public:
  LstmLayerImpl(std::int64_t inputs, std::int64_t units);

  [[nodiscard]] std::int64_t units() const { return units_; }
  /// A call of this layer.
  [[nodiscard]] LstmCall call(LstmInput input, DropoutSite site, LstmState start = {}, bool outputs = true) const {
    return {.kernel = kernel_, .bias = bias_, .input = std::move(input), .start = std::move(start), .site = site, .outputs = outputs};
  }

 private:
  std::int64_t units_;
  torch::Tensor kernel_;
  torch::Tensor bias_;
};
TORCH_MODULE(LstmLayer);

/// LSTM layers on top of each other that start from an embedding: state = tanh(dense(embedding)), split c0, h0, c1, h1, ...
/// (Roberts et al. 2018, section 3.1). The conductor and the decoder are such stacks.
class LstmStackImpl : public torch::nn::Module {
 public:
  /// The tensors' names: `cell_name(layer)` and `initial_state_name`.
  template <class CellName>
  LstmStackImpl(std::int64_t inputs, std::int64_t embedding, const std::vector<int>& units, CellName cell_name,
                const std::string& initial_state_name) {
    std::int64_t state_width = 0;
    for (std::size_t i = 0; i < units.size(); ++i) {
      layers_.push_back(register_module(cell_name(static_cast<int>(i)), LstmLayer(i == 0 ? inputs : units[i - 1], units[i])));
      state_width += 2 * units[i];
    }
    initial_state_ = register_module(initial_state_name, Dense(embedding, state_width));
  }

  /// One state a layer, from an embedding [B, width].
  [[nodiscard]] std::vector<LstmState> initial_state(const torch::Tensor& embedding);
  /// The input through all layers, with dropout on the input of each. Returns the top layer's outputs [T, B, units] and moves `states` on.
  /// `site` is the first layer's; those above it have the numbers after.
  [[nodiscard]] torch::Tensor run(LstmInput input, std::vector<LstmState>& states, DropoutSite site, const Pass& pass) const;

 private:
  std::vector<LstmLayer> layers_;
  Dense initial_state_{nullptr};
};
TORCH_MODULE(LstmStack);

/// c0, h0, c1, h1, ... side by side: [B, 2 * total units].
[[nodiscard]] torch::Tensor flatten(const std::vector<LstmState>& states);

}  // namespace musicvae::train

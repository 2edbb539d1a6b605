// The layers that all modules are made of: dropout on cell inputs, dense layers, LSTM layers and stacks of them.
// Sequences are time-major [T, B, width]. Parameters are kept as Magenta's TensorFlow variables are: kernels [inputs, outputs],
// one joint LSTM kernel [inputs + units, 4 * units] with gate blocks i, c~, f, o. So are their gradients.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <torch/torch.h>

namespace musicvae::train {

/// Inverted dropout: keeps each element with probability `keep` and divides it by `keep`. With keep 1 it passes everything.
struct Dropout {
  double keep = 1.0;
  std::optional<at::Generator> generator = std::nullopt;  ///< LibTorch's default one where absent

  /// A fresh mask at every call. On a sequence [T, B, width] that is a fresh mask at every step.
  [[nodiscard]] torch::Tensor operator()(const torch::Tensor& x) const;
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

/// The weights of one LSTM layer as LibTorch wants them: [4 * units, inputs], [4 * units, units], [4 * units], gates i, f, g, o.
struct TorchLstmWeights {
  torch::Tensor input;
  torch::Tensor hidden;
  torch::Tensor bias;         ///< with the forget gate's +1
  torch::Tensor hidden_bias;  ///< zeros: LibTorch has two biases, we have one
};

/// The layout change, differentiable: joint kernel [inputs + units, 4 * units] and bias [4 * units], gates i, c~, f, o, to
/// LibTorch's weights. The forget gate's bias gets the +1 that TensorFlow's cell adds when it runs.
[[nodiscard]] TorchLstmWeights to_torch_lstm(const torch::Tensor& kernel, const torch::Tensor& bias);

/// h and c of one layer, each [B, units].
struct LstmState {
  torch::Tensor c;
  torch::Tensor h;
};

/// One LSTM layer in one direction:
///   i, f, o = sigmoid(.), c~ = tanh(.) of [x_t | h] kernel + bias;  c = f c + i c~;  h = o tanh(c).
class LstmLayerImpl : public torch::nn::Module {
 public:
  LstmLayerImpl(std::int64_t inputs, std::int64_t units);

  [[nodiscard]] std::int64_t units() const { return units_; }
  [[nodiscard]] TorchLstmWeights weights() const { return to_torch_lstm(kernel_, bias_); }
  /// Zeros.
  [[nodiscard]] LstmState zero_state(std::int64_t batch) const;

 private:
  std::int64_t units_;
  torch::Tensor kernel_;
  torch::Tensor bias_;
};
TORCH_MODULE(LstmLayer);

/// x [T, B, inputs] through a layer, from `state`. Returns the outputs [T, B, units] and the state after the last step.
[[nodiscard]] std::pair<torch::Tensor, LstmState> run_lstm(const TorchLstmWeights& weights, const torch::Tensor& x, const LstmState& state);

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
  /// Of every layer; made once for any number of runs.
  [[nodiscard]] std::vector<TorchLstmWeights> weights() const;
  /// x [T, B, inputs] through all layers, with dropout on the input of each. Returns the top layer's outputs and moves `states` on.
  [[nodiscard]] static torch::Tensor run(const std::vector<TorchLstmWeights>& weights, torch::Tensor x, std::vector<LstmState>& states,
                                         const Dropout& dropout);

 private:
  std::vector<LstmLayer> layers_;
  Dense initial_state_{nullptr};
};
TORCH_MODULE(LstmStack);

/// c0, h0, c1, h1, ... side by side: [B, 2 * total units].
[[nodiscard]] torch::Tensor flatten(const std::vector<LstmState>& states);

}  // namespace musicvae::train

#include "musicvae/train/layers.hpp"

namespace musicvae::train {

torch::Tensor Dropout::operator()(const torch::Tensor& x) const {
  if (keep >= 1.0) return x;
  return x * torch::empty_like(x, x.options().requires_grad(false)).bernoulli_(keep, generator).div_(keep);
}

DenseImpl::DenseImpl(std::int64_t inputs, std::int64_t outputs)
    : kernel_(register_parameter("kernel", torch::zeros({inputs, outputs}))), bias_(register_parameter("bias", torch::zeros({outputs}))) {}

torch::Tensor DenseImpl::forward(const torch::Tensor& x) const {
  return torch::matmul(x, kernel_) + bias_;
}

TorchLstmWeights to_torch_lstm(const torch::Tensor& kernel, const torch::Tensor& bias) {
  const std::int64_t units = bias.size(0) / 4;
  const std::int64_t inputs = kernel.size(0) - units;
  const std::vector<torch::Tensor> blocks = kernel.t().chunk(4, 0);  // i, c~, f, o; each [units, inputs + units]
  const torch::Tensor joint = torch::cat({blocks[0], blocks[2], blocks[1], blocks[3]});
  const std::vector<torch::Tensor> biases = bias.chunk(4);
  return {.input = joint.narrow(1, 0, inputs).contiguous(),
          .hidden = joint.narrow(1, inputs, units).contiguous(),
          .bias = torch::cat({biases[0], biases[2] + 1, biases[1], biases[3]}),
          .hidden_bias = torch::zeros({4 * units}, bias.options().requires_grad(false))};
}

LstmLayerImpl::LstmLayerImpl(std::int64_t inputs, std::int64_t units)
    : units_(units),
      kernel_(register_parameter("kernel", torch::zeros({inputs + units, 4 * units}))),
      bias_(register_parameter("bias", torch::zeros({4 * units}))) {}

LstmState LstmLayerImpl::zero_state(std::int64_t batch) const {
  const auto options = bias_.options().requires_grad(false);
  return {.c = torch::zeros({batch, units_}, options), .h = torch::zeros({batch, units_}, options)};
}

std::pair<torch::Tensor, LstmState> run_lstm(const TorchLstmWeights& weights, const torch::Tensor& x, const LstmState& state) {
  const bool train = torch::GradMode::is_enabled();
  auto [outputs, h, c] =
      at::lstm(x, {state.h.unsqueeze(0), state.c.unsqueeze(0)}, {weights.input, weights.hidden, weights.bias, weights.hidden_bias},
               /*has_biases=*/true, /*num_layers=*/1, /*dropout=*/0.0, train, /*bidirectional=*/false, /*batch_first=*/false);
  return {outputs, {.c = c.squeeze(0), .h = h.squeeze(0)}};
}

std::vector<LstmState> LstmStackImpl::initial_state(const torch::Tensor& embedding) {
  const torch::Tensor flat = torch::tanh(initial_state_(embedding));
  std::vector<LstmState> states;
  std::int64_t at = 0;
  const auto next = [&](std::int64_t units) {
    torch::Tensor part = flat.narrow(1, at, units).contiguous();
    at += units;
    return part;
  };
  for (const LstmLayer& layer : layers_) {
    torch::Tensor c = next(layer->units());
    torch::Tensor h = next(layer->units());
    states.push_back({.c = std::move(c), .h = std::move(h)});
  }
  return states;
}

std::vector<TorchLstmWeights> LstmStackImpl::weights() const {
  std::vector<TorchLstmWeights> result;
  for (const LstmLayer& layer : layers_) result.push_back(layer->weights());
  return result;
}

torch::Tensor LstmStackImpl::run(const std::vector<TorchLstmWeights>& weights, torch::Tensor x, std::vector<LstmState>& states,
                                 const Dropout& dropout) {
  for (std::size_t i = 0; i < weights.size(); ++i) std::tie(x, states[i]) = run_lstm(weights[i], dropout(x), states[i]);
  return x;
}

torch::Tensor flatten(const std::vector<LstmState>& states) {
  std::vector<torch::Tensor> parts;
  for (const LstmState& state : states) {
    parts.push_back(state.c);
    parts.push_back(state.h);
  }
  return torch::cat(parts, 1);
}

}  // namespace musicvae::train

#include "musicvae/train/layers.hpp"

namespace musicvae::train {

DenseImpl::DenseImpl(std::int64_t inputs, std::int64_t outputs)
    : kernel_(register_parameter("kernel", torch::zeros({inputs, outputs}))), bias_(register_parameter("bias", torch::zeros({outputs}))) {}

torch::Tensor DenseImpl::forward(const torch::Tensor& x) const {
  return torch::matmul(x, kernel_) + bias_;
}

LstmLayerImpl::LstmLayerImpl(std::int64_t inputs, std::int64_t units)
    : units_(units),
      kernel_(register_parameter("kernel", torch::zeros({inputs + units, 4 * units}))),
      bias_(register_parameter("bias", torch::zeros({4 * units}))) {}

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

torch::Tensor LstmStackImpl::run(LstmInput input, std::vector<LstmState>& states, DropoutSite site, const Pass& pass) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    LstmResult result = run_lstm({layers_[i]->call(std::move(input), site, states[i])}, pass.dropout, pass.lstm).front();
    input = {.x = std::move(result.outputs)};
    states[i] = std::move(result.end);
    ++site.layer;
  }
  return input.x;
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

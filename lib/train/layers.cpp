#include "musicvae/train/layers.hpp"

namespace musicvae::train {

DenseImpl::DenseImpl(std::int64_t inputs, std::int64_t outputs)
    : kernel_(register_parameter("kernel", torch::zeros({inputs, outputs}))), bias_(register_parameter("bias", torch::zeros({outputs}))) {}

torch::Tensor DenseImpl::forward(const torch::Tensor& x) const {
  return torch::matmul(x, kernel_) + bias_;
}

LstmLayerImpl::LstmLayerImpl(const LstmLayerSpec& spec) : units_(spec.units), residual_(spec.residual) {
  const bool projects = !spec.projection.empty();
  if (projects) projection_ = register_module(spec.projection, Dense(spec.inputs, units_));
  kernel_ = register_parameter("kernel", torch::zeros({(projects ? units_ : spec.inputs) + units_, 4 * units_}));
  bias_ = register_parameter("bias", torch::zeros({4 * units_}));
}

LstmInput LstmLayerImpl::prepare_input(LstmInput input, const DropoutSite& site, const Dropout& dropout) {
  if (!residual_) return input;
  torch::Tensor x = whole_input(input, dropout, site);
  return {.x = projection_ ? projection_(x) : x};
}

LstmStackImpl::LstmStackImpl(const std::vector<LstmLayerSpec>& layers, const std::string& initial_state_name, std::int64_t embedding) {
  std::int64_t state_width = 0;
  for (const LstmLayerSpec& layer : layers) {
    layers_.push_back(register_module(layer.cell, LstmLayer(layer)));
    state_width += 2 * layer.units;
  }
  initial_state_ = register_module(initial_state_name, Dense(embedding, state_width));
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

torch::Tensor LstmStackImpl::run(LstmInput input, std::vector<LstmState>& states, DropoutSite site, const Pass& pass) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const LstmInput prepared = layers_[i]->prepare_input(std::move(input), site, pass.dropout);
    const Dropout dropout = layers_[i]->residual() ? Dropout{} : pass.dropout;
    LstmResult result = run_lstm({layers_[i]->call(prepared, site, states[i])}, dropout, pass.lstm).front();
    input = {.x = layers_[i]->output(result.outputs, prepared)};
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

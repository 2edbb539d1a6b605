#include "musicvae/engine/layers.hpp"

#include <algorithm>
#include <functional>

#include "engine/pack.hpp"

namespace musicvae::engine {

DenseLayer::DenseLayer(const Weights& weights, const std::string& name)
    : outputs(MatrixRows(weights, name + "/bias").columns()),
      kernel(pack(MatrixRows(weights, name + "/kernel"))),
      bias(pad_row(MatrixRows(weights, name + "/bias"))) {}

void DenseLayer::operator()(const Kernels& kernels, const float* x, std::ptrdiff_t x_stride, Rows& y, int n) const noexcept {
  numerics::multiply(kernels, kernel, x, x_stride, bias.data(), 0, y, n);
}

LstmLayer::LstmLayer(const Weights& weights, const LstmLayerSpec& spec, const std::vector<int>& widths)
    : units(spec.units), residual(spec.residual), projects(!spec.projection.empty()) {
  constexpr int gates = 4;
  const MatrixRows kernel(weights, spec.cell + "/kernel");
  const AlignedFloats bias = pad_row(MatrixRows(weights, spec.cell + "/bias"), gates);
  int row = 0;
  for (const int width : widths) {
    if (projects) {
      inputs.push_back(pack(MatrixRows(weights, spec.projection + "/kernel").rows(row, width)));
    } else {
      inputs.push_back(pack(kernel.rows(row, width), gates));
    }
    row += width;
  }
  if (projects) {
    input_bias = pad_row(MatrixRows(weights, spec.projection + "/bias"));
    projected = pack(kernel.rows(0, units), gates);
    gate_bias = bias;
  } else {
    input_bias = bias;
  }
  recurrent = pack(kernel.rows(kernel.count() - units, units), gates);
}

void add_input(const Kernels& kernels, const PackedMatrix& input, const float* x, std::ptrdiff_t x_stride, Rows& sum, int n) noexcept {
  numerics::multiply(kernels, input, x, x_stride, sum.row(0), sum.stride(), sum, n);
}

void project(const Kernels& kernels, const LstmLayer& layer, const Rows& projection, Rows& gates, int n) noexcept {
  if (!layer.projects) return;
  numerics::multiply(kernels, layer.projected, projection.row(0), projection.stride(), layer.gate_bias.data(), 0, gates, n);
}

void finish_step(const Kernels& kernels, const LstmLayer& layer, LstmState& state, Rows& gates, int n) noexcept {
  numerics::multiply(kernels, layer.recurrent, state.h.row(0), state.h.stride(), gates.row(0), gates.stride(), gates, n);
  kernels.lstm_gates({.gates = gates.row(0),
                      .gates_stride = gates.stride(),
                      .c = state.c.row(0),
                      .c_stride = state.c.stride(),
                      .h = state.h.row(0),
                      .h_stride = state.h.stride(),
                      .units = padded(layer.units),
                      .rows = n});
}

void LstmStack::prepare(int max_batch) {
  states_.clear();
  outputs_.clear();
  int widest = 0;
  for (const LstmLayer& layer : *layers_) {
    states_.emplace_back(max_batch, layer.units);
    outputs_.emplace_back(layer.residual ? Rows(max_batch, layer.units) : Rows());
    widest = std::max(widest, padded(layer.units));
  }
  gates_ = Rows(max_batch, 4 * widest);
  projection_ = Rows(max_batch, widest);
}

void LstmStack::start(const Kernels& kernels, const DenseLayer& to_state, const float* x, std::ptrdiff_t x_stride, Rows& scratch,
                      int n) noexcept {
  to_state(kernels, x, x_stride, scratch, n);
  for (int b = 0; b < n; ++b) {
    float* values = scratch.row(b);
    kernels.tanh(values, scratch.stride());
    for (std::size_t l = 0; l < states_.size(); ++l) {
      const int units = (*layers_)[l].units;
      std::copy_n(values, units, states_[l].c.row(b));
      std::copy_n(values + units, units, states_[l].h.row(b));
      values += 2 * units;
    }
  }
}

void LstmStack::step(const Kernels& kernels, int n) noexcept {
  for (std::size_t l = 0; l < states_.size(); ++l) {
    const LstmLayer& layer = (*layers_)[l];
    Rows& sum = layer.projects ? projection_ : gates_;
    if (l > 0) {
      const Rows& below = output_of(l - 1);
      numerics::multiply(kernels, layer.inputs.front(), below.row(0), below.stride(), layer.input_bias.data(), 0, sum, n);
    }
    project(kernels, layer, projection_, gates_, n);
    finish_step(kernels, layer, states_[l], gates_, n);
    if (!layer.residual) continue;
    const Rows& fed = layer.projects ? projection_ : output_of(l - 1);
    for (int b = 0; b < n; ++b) {
      std::transform(fed.row(b), fed.row(b) + layer.units, states_[l].h.row(b), outputs_[l].row(b), std::plus<>());
    }
  }
}

void LstmStack::write_state(int b, float* to) const noexcept {
  for (std::size_t l = 0; l < states_.size(); ++l) {
    to = std::copy_n(states_[l].c.row(b), (*layers_)[l].units, to);
    to = std::copy_n(states_[l].h.row(b), (*layers_)[l].units, to);
  }
}

}  // namespace musicvae::engine

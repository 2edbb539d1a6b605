// The two layers that every part of a MusicVAE is made of: a dense layer and an LSTM layer, with their weights packed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/kernels.hpp"
#include "musicvae/engine/layout.hpp"
#include "musicvae/model/weights.hpp"

namespace musicvae::engine {

/// y = b + x W.
struct DenseLayer {
  int outputs = 0;
  PackedMatrix kernel;  ///< [inputs, outputs]
  AlignedFloats bias;   ///< [outputs]

  DenseLayer() = default;
  /// From "NAME/kernel" and "NAME/bias".
  DenseLayer(const Weights& weights, const std::string& name)
      : outputs(static_cast<int>(matrix_of(weights, name + "/bias").cols())),
        kernel(pack(matrix_of(weights, name + "/kernel"))),
        bias(pad_row(matrix_of(weights, name + "/bias"))) {}

  /// x [n, inputs] -> y [n, outputs].
  void operator()(const Kernels& kernels, const float* x, std::ptrdiff_t x_stride, Rows& y, int n) const noexcept {
    multiply(kernels, kernel, x, x_stride, bias.data(), 0, y, n);
  }
};

/// The weights of an LSTM layer. Its inputs may come from several places (the step before, z, a control track): each has its
/// own matrix, so that what stays the same over time is multiplied once.
struct LstmLayer {
  int units = 0;
  std::vector<PackedMatrix> inputs;  ///< each [width, 4 padded units]
  PackedMatrix recurrent;            ///< [units, 4 padded units]
  AlignedFloats bias;                ///< [4 padded units]; without the forget gate's 1, which the kernel adds

  /// From "NAME/kernel" [sum of widths + units, 4 units] and "NAME/bias"; `widths` are those of the inputs, in the kernel's order.
  LstmLayer(const Weights& weights, const std::string& name, const std::vector<int>& widths) {
    const ConstMatrixMap kernel = matrix_of(weights, name + "/kernel");
    units = static_cast<int>(kernel.cols()) / 4;
    Eigen::Index row = 0;
    for (int width : widths) {
      inputs.push_back(pack(pad_gates(kernel.middleRows(row, width), units)));
      row += width;
    }
    recurrent = pack(pad_gates(kernel.middleRows(row, units), units));
    bias = pad_row(pad_gates(matrix_of(weights, name + "/bias"), units));
  }
};

/// What an LSTM layer remembers, for a batch.
struct LstmState {
  Rows c;
  Rows h;

  LstmState() = default;
  LstmState(int max_batch, int units) : c(max_batch, units), h(max_batch, units) {}
  void clear(int n) {
    c.clear(n);
    h.clear(n);
  }
};

/// gates = base + x W for one of the layer's inputs; base is its bias or gates made before.
inline void add_input(const Kernels& kernels, const PackedMatrix& input, const float* x, std::ptrdiff_t x_stride, Rows& gates,
                      int n) noexcept {
  multiply(kernels, input, x, x_stride, gates.row(0), gates.stride(), gates, n);
}

/// Finishes a step whose inputs are already in `gates`: adds h W and applies the gates to the rows where `active` holds.
template <class Active>
inline void finish_step(const Kernels& kernels, const LstmLayer& layer, LstmState& state, Rows& gates, int n,
                        const Active& active) noexcept {
  add_input(kernels, layer.recurrent, state.h.row(0), state.h.stride(), gates, n);
  for (int b = 0; b < n; ++b) {
    if (active(b)) kernels.lstm_gates(gates.row(b), padded(layer.units), state.c.row(b), state.h.row(b));
  }
}

/// The same for all rows.
inline void finish_step(const Kernels& kernels, const LstmLayer& layer, LstmState& state, Rows& gates, int n) noexcept {
  finish_step(kernels, layer, state, gates, n, [](int) { return true; });
}

/// Layers on top of each other, stepping together, with their state. The lowest layer's inputs are put into gates() first.
class LstmStack {
 public:
  explicit LstmStack(const std::vector<LstmLayer>& layers) : layers_(&layers) {}

  void prepare(int max_batch) {
    states_.clear();
    int widest = 0;
    for (const LstmLayer& layer : *layers_) {
      states_.emplace_back(max_batch, layer.units);
      widest = std::max(widest, padded(layer.units));
    }
    gates_ = Rows(max_batch, 4 * widest);
  }

  /// tanh(x W + b), split into c0, h0, c1, h1, ... (Roberts et al. 2018, section 3.2). `scratch` holds n rows of the layer's outputs.
  void start(const Kernels& kernels, const DenseLayer& to_state, const float* x, std::ptrdiff_t x_stride, Rows& scratch, int n) noexcept {
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

  /// One step of all layers; the lowest one's inputs are in gates().
  void step(const Kernels& kernels, int n) noexcept {
    finish_step(kernels, layers_->front(), states_.front(), gates_, n);
    for (std::size_t l = 1; l < states_.size(); ++l) {
      const LstmLayer& layer = (*layers_)[l];
      const Rows& below = states_[l - 1].h;
      multiply(kernels, layer.inputs.front(), below.row(0), below.stride(), layer.bias.data(), 0, gates_, n);
      finish_step(kernels, layer, states_[l], gates_, n);
    }
  }

  /// c0, h0, c1, h1, ... of row b, as the hierarchical decoder passes it on.
  void write_state(int b, float* to) const noexcept {
    for (std::size_t l = 0; l < states_.size(); ++l) {
      to = std::copy_n(states_[l].c.row(b), (*layers_)[l].units, to);
      to = std::copy_n(states_[l].h.row(b), (*layers_)[l].units, to);
    }
  }

  [[nodiscard]] Rows& gates() noexcept { return gates_; }
  /// The top layer's h [n, units].
  [[nodiscard]] const Rows& output() const noexcept { return states_.back().h; }

 private:
  const std::vector<LstmLayer>* layers_;
  std::vector<LstmState> states_;
  Rows gates_;
};

}  // namespace musicvae::engine

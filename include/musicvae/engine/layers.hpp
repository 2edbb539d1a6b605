// The two layers that every part of a MusicVAE is made of: a dense layer and an LSTM layer, with their weights packed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/kernels.hpp"
#include "musicvae/engine/layout.hpp"
#include "musicvae/model/tensor_specs.hpp"
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
/// own matrix, so that what stays the same over time is multiplied once. They are added up in rows of input_width() floats: the gates,
/// or, where the layer has a projection (TensorFlow's InputProjectionWrapper), the projection's output, which the gates are made of.
struct LstmLayer {
  int units = 0;
  bool residual = false;             ///< what the cell is fed is added to its h for the layer above; the state stays h
  bool projects = false;             ///< a dense layer stands before the cell
  std::vector<PackedMatrix> inputs;  ///< each [width, input_width()]
  AlignedFloats input_bias;          ///< [input_width()]; a gate bias has not the forget gate's 1, which the kernel adds
  PackedMatrix projected;            ///< with a projection: from its output [units] to the gates [4 padded units]
  AlignedFloats gate_bias;           ///< with a projection: [4 padded units]
  PackedMatrix recurrent;            ///< [units, 4 padded units]

  /// `widths` are those of the inputs, in the kernel's order; their sum is spec.inputs.
  LstmLayer(const Weights& weights, const LstmLayerSpec& spec, const std::vector<int>& widths)
      : units(spec.units), residual(spec.residual), projects(!spec.projection.empty()) {
    const ConstMatrixMap kernel = matrix_of(weights, spec.cell + "/kernel");
    const AlignedFloats bias = pad_row(pad_gates(matrix_of(weights, spec.cell + "/bias"), units));
    Eigen::Index row = 0;
    for (int width : widths) {
      if (projects) {
        inputs.push_back(pack(matrix_of(weights, spec.projection + "/kernel").middleRows(row, width)));
      } else {
        inputs.push_back(pack(pad_gates(kernel.middleRows(row, width), units)));
      }
      row += width;
    }
    if (projects) {
      input_bias = pad_row(matrix_of(weights, spec.projection + "/bias"));
      projected = pack(pad_gates(kernel.topRows(units), units));
      gate_bias = bias;
    } else {
      input_bias = bias;
    }
    recurrent = pack(pad_gates(kernel.bottomRows(units), units));
  }

  /// Floats of a row that inputs are added up in.
  [[nodiscard]] int input_width() const { return projects ? padded(units) : 4 * padded(units); }
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

/// sum = sum + x W for one of the layer's inputs.
inline void add_input(const Kernels& kernels, const PackedMatrix& input, const float* x, std::ptrdiff_t x_stride, Rows& sum,
                      int n) noexcept {
  multiply(kernels, input, x, x_stride, sum.row(0), sum.stride(), sum, n);
}

/// The gates from what a layer's inputs were added up to, where those are not the gates already.
inline void project(const Kernels& kernels, const LstmLayer& layer, const Rows& projection, Rows& gates, int n) noexcept {
  if (!layer.projects) return;
  multiply(kernels, layer.projected, projection.row(0), projection.stride(), layer.gate_bias.data(), 0, gates, n);
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

/// Layers on top of each other, stepping together, with their state. The lowest layer's inputs are put into input() first.
class LstmStack {
 public:
  explicit LstmStack(const std::vector<LstmLayer>& layers) : layers_(&layers) {}

  void prepare(int max_batch) {
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

  /// One step of all layers; the lowest one's inputs are in input().
  void step(const Kernels& kernels, int n) noexcept {
    for (std::size_t l = 0; l < states_.size(); ++l) {
      const LstmLayer& layer = (*layers_)[l];
      Rows& sum = layer.projects ? projection_ : gates_;
      if (l > 0) {
        const Rows& below = output_of(l - 1);
        multiply(kernels, layer.inputs.front(), below.row(0), below.stride(), layer.input_bias.data(), 0, sum, n);
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

  /// c0, h0, c1, h1, ... of row b, as the hierarchical decoder passes it on.
  void write_state(int b, float* to) const noexcept {
    for (std::size_t l = 0; l < states_.size(); ++l) {
      to = std::copy_n(states_[l].c.row(b), (*layers_)[l].units, to);
      to = std::copy_n(states_[l].h.row(b), (*layers_)[l].units, to);
    }
  }

  /// Where the lowest layer's inputs are added up.
  [[nodiscard]] Rows& input() noexcept { return layers_->front().projects ? projection_ : gates_; }
  /// What the top layer says [n, units].
  [[nodiscard]] const Rows& output() const noexcept { return output_of(states_.size() - 1); }

 private:
  [[nodiscard]] const Rows& output_of(std::size_t l) const noexcept { return (*layers_)[l].residual ? outputs_[l] : states_[l].h; }

  const std::vector<LstmLayer>* layers_;
  std::vector<LstmState> states_;
  std::vector<Rows> outputs_;  // of residual layers: h and what the cell was fed
  Rows gates_;
  Rows projection_;
};

}  // namespace musicvae::engine

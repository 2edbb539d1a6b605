// The two kinds of layers in a MusicVAE: a dense layer and an LSTM layer, with packed weights.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/model/weights.hpp"
#include "musicvae/numerics/kernels.hpp"
#include "musicvae/numerics/layout.hpp"

namespace musicvae::engine {

using numerics::AlignedFloats;
using numerics::Kernels;
using numerics::PackedMatrix;
using numerics::padded;
using numerics::Rows;

/// y = b + x W.
struct DenseLayer {
  int outputs = 0;
  PackedMatrix kernel;  ///< [inputs, outputs]
  AlignedFloats bias;   ///< [outputs]

  DenseLayer() = default;
  /// From the tensors "NAME/kernel" and "NAME/bias".
  DenseLayer(const Weights& weights, const std::string& name);

  /// x [n, inputs] -> y [n, outputs].
  void operator()(const Kernels& kernels, const float* x, std::ptrdiff_t x_stride, Rows& y, int n) const noexcept;
};

/// The weights of an LSTM layer. Its inputs may come from several sources (the previous step, z, a control track). Each source has its own
/// matrix, so that what is constant over time is multiplied once. The products are summed in rows of input_width() floats. These are the
/// gates or, if the layer has a projection (TensorFlow's InputProjectionWrapper), the output of the projection, from which the gates are
/// computed.
struct LstmLayer {
  int units = 0;
  bool residual = false;             ///< the layer above takes h plus the cell's input; the state stays h
  bool projects = false;             ///< a dense layer comes before the cell
  std::vector<PackedMatrix> inputs;  ///< each [width, input_width()]
  AlignedFloats input_bias;          ///< [input_width()]; without the forget gate's bias of 1, which the kernel adds
  PackedMatrix projected;            ///< with a projection: from its output [units] to the gates [4 padded units]
  AlignedFloats gate_bias;           ///< with a projection: [4 padded units]
  PackedMatrix recurrent;            ///< [units, 4 padded units]; gates are in the order of numerics::LstmGates

  /// `widths` are the widths of the inputs, in the kernel's order. Their sum is spec.inputs.
  LstmLayer(const Weights& weights, const LstmLayerSpec& spec, const std::vector<int>& widths);

  /// The number of floats of a row in which the inputs are summed.
  [[nodiscard]] int input_width() const { return projects ? padded(units) : 4 * padded(units); }
};

/// The state of an LSTM layer, for a batch.
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
void add_input(const Kernels& kernels, const PackedMatrix& input, const float* x, std::ptrdiff_t x_stride, Rows& sum, int n) noexcept;

/// Computes the gates from the output of the projection. Does nothing if the layer has no projection.
void project(const Kernels& kernels, const LstmLayer& layer, const Rows& projection, Rows& gates, int n) noexcept;

/// Finishes a step whose inputs are already summed in `gates`: adds h W, and applies the gates.
void finish_step(const Kernels& kernels, const LstmLayer& layer, LstmState& state, Rows& gates, int n) noexcept;

/// A stack of layers, with their state, that advance together. The caller first sums the lowest layer's inputs in input().
class LstmStack {
 public:
  explicit LstmStack(const std::vector<LstmLayer>& layers) : layers_(&layers) {}

  void prepare(int max_batch);

  /// Sets the state to tanh(x W + b), split into c0, h0, c1, h1, ... (Roberts et al. 2018, section 3.2). `scratch` has n rows of the width
  /// of to_state's outputs.
  void start(const Kernels& kernels, const DenseLayer& to_state, const float* x, std::ptrdiff_t x_stride, Rows& scratch, int n) noexcept;

  /// Computes one step of all layers. The inputs of the lowest layer are in input().
  void step(const Kernels& kernels, int n) noexcept;

  /// Writes the state c0, h0, c1, h1, ... of row b, in the order in which the hierarchical decoder passes it on.
  void write_state(int b, float* to) const noexcept;

  /// The rows in which the lowest layer's inputs are summed.
  [[nodiscard]] Rows& input() noexcept { return layers_->front().projects ? projection_ : gates_; }
  /// The output of the top layer [n, units].
  [[nodiscard]] const Rows& output() const noexcept { return output_of(states_.size() - 1); }

 private:
  [[nodiscard]] const Rows& output_of(std::size_t l) const noexcept { return (*layers_)[l].residual ? outputs_[l] : states_[l].h; }

  const std::vector<LstmLayer>* layers_;
  std::vector<LstmState> states_;
  std::vector<Rows> outputs_;  // of residual layers: h plus the cell's input
  Rows gates_;
  Rows projection_;
};

}  // namespace musicvae::engine

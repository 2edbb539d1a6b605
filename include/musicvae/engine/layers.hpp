// The two layers that every part of a MusicVAE is made of: a dense layer and an LSTM layer, with their weights packed.
#pragma once

#include <cstddef>
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
  DenseLayer(const Weights& weights, const std::string& name);

  /// x [n, inputs] -> y [n, outputs].
  void operator()(const Kernels& kernels, const float* x, std::ptrdiff_t x_stride, Rows& y, int n) const noexcept;
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
  LstmLayer(const Weights& weights, const LstmLayerSpec& spec, const std::vector<int>& widths);

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
void add_input(const Kernels& kernels, const PackedMatrix& input, const float* x, std::ptrdiff_t x_stride, Rows& sum, int n) noexcept;

/// The gates from what a layer's inputs were added up to, where those are not the gates already.
void project(const Kernels& kernels, const LstmLayer& layer, const Rows& projection, Rows& gates, int n) noexcept;

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
void finish_step(const Kernels& kernels, const LstmLayer& layer, LstmState& state, Rows& gates, int n) noexcept;

/// Layers on top of each other, stepping together, with their state. The lowest layer's inputs are put into input() first.
class LstmStack {
 public:
  explicit LstmStack(const std::vector<LstmLayer>& layers) : layers_(&layers) {}

  void prepare(int max_batch);

  /// tanh(x W + b), split into c0, h0, c1, h1, ... (Roberts et al. 2018, section 3.2). `scratch` holds n rows of the layer's outputs.
  void start(const Kernels& kernels, const DenseLayer& to_state, const float* x, std::ptrdiff_t x_stride, Rows& scratch, int n) noexcept;

  /// One step of all layers; the lowest one's inputs are in input().
  void step(const Kernels& kernels, int n) noexcept;

  /// c0, h0, c1, h1, ... of row b, as the hierarchical decoder passes it on.
  void write_state(int b, float* to) const noexcept;

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

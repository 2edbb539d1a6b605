// An encoder's level with products of floats. Its bits are the same in every batch.
#include <algorithm>
#include <cmath>

#include "engine/run_level.hpp"

namespace musicvae::engine {
namespace {

// With fewer sequences than this, the inputs of several steps are multiplied at once, up to this many rows, so that the weights are read
// less often; and a step multiplies all units at once. With more, a step computes 16 units after the other: the gates read their sums
// while these are in the cache.
constexpr int kFewRows = 32;
constexpr int kBlockUnits = numerics::kPanelWidth;
constexpr int kBlockWidth = 4 * kBlockUnits;

class Fp32Cells {
 public:
  using Layer = LstmLayer;

  Fp32Cells(const Kernels& kernels, const EncoderWeights::Level& level, const LevelSizes& sizes) : kernels_(&kernels) {
    const auto [widest_input, widest] = widest_of(level.layers, sizes.input_depth);
    const int rows = std::max(sizes.max_batch, kFewRows);
    inputs_ = Rows(rows, widest_input);
    projection_ = Rows(rows, widest);
    few_gates_ = Rows(kFewRows, 4 * padded(widest));
    block_gates_ = Rows(sizes.max_batch, kBlockWidth);
    c_ = AlignedFloats(as_size(sizes.max_batch) * as_size(padded(widest)));
    for (Rows& h : h_) h = Rows(sizes.max_batch, widest);
  }

  void start(const LstmLayer& layer, int n) noexcept {
    layer_ = &layer;
    std::fill(c_.begin(), c_.end(), 0.0F);
    h_[0].clear(n);
    fed_ = layer.projects ? Fed{&layer.projected, &layer.gate_bias, &projection_} : Fed{&layer.inputs.front(), &layer.input_bias, &inputs_};
    few_ = n < kFewRows;
  }

  [[nodiscard]] static int together(int n) noexcept { return std::max(1, kFewRows / n); }

  void input(int row, const float* x, int depth) noexcept {
    std::transform(x, x + depth, inputs_.row(row), [](float value) { return std::abs(value) < numerics::kSmallest ? 0.0F : value; });
  }

  void multiply_inputs(int rows) noexcept {
    if (layer_->projects) {
      numerics::multiply(*kernels_, layer_->inputs.front(), inputs_.row(0), inputs_.stride(), layer_->input_bias.data(), 0, projection_,
                         rows);
    }
    if (few_) numerics::multiply(*kernels_, *fed_.weights, fed_.rows->row(0), fed_.rows->stride(), fed_.bias->data(), 0, few_gates_, rows);
  }

  void step(int first, int n) noexcept {
    if (few_) {
      float* sums = few_gates_.row(first);
      const int stride = few_gates_.stride();
      add(layer_->recurrent, 0, layer_->recurrent.panels, h_[0].row(0), h_[0].stride(), sums, stride, sums, stride, n);
      gates(sums, stride, 0, padded(layer_->units), n);
    } else {
      const int stride = block_gates_.stride();
      float* sums = block_gates_.row(0);
      for (int unit = 0; unit < padded(layer_->units); unit += kBlockUnits) {
        const int panel = unit / kBlockUnits * 4;
        add(*fed_.weights, panel, 4, fed_.rows->row(first), fed_.rows->stride(), fed_.bias->data() + 4 * unit, 0, sums, stride, n);
        add(layer_->recurrent, panel, 4, h_[0].row(0), h_[0].stride(), sums, stride, sums, stride, n);
        gates(sums, stride, unit, kBlockUnits, n);
      }
    }
    std::swap(h_[0], h_[1]);
  }

  [[nodiscard]] const float* h(int b) const noexcept { return h_[0].row(b); }
  [[nodiscard]] const float* fed(int row) const noexcept { return projection_.row(row); }

 private:
  struct Fed {  // what the gates take apart from h
    const PackedMatrix* weights;
    const AlignedFloats* bias;
    const Rows* rows;
  };

  // y = base + x W for some panels of W.
  void add(const PackedMatrix& w, int panel, int panels, const float* x, int x_stride, const float* base, int base_stride, float* y,
           int y_stride, int n) const noexcept {
    const std::ptrdiff_t panel_stride = static_cast<std::ptrdiff_t>(w.inputs) * numerics::kPanelWidth;
    kernels_->multiply({.weights = w.halves.empty() ? w.values.data() + panel * panel_stride : nullptr,
                        .halves = w.halves.empty() ? nullptr : w.halves.data() + panel * panel_stride,
                        .panel_stride = panel_stride,
                        .inputs = w.inputs,
                        .panels = panels,
                        .x = x,
                        .x_stride = x_stride,
                        .base = base,
                        .base_stride = base_stride,
                        .y = y,
                        .y_stride = y_stride,
                        .rows = n});
  }

  void gates(const float* sums, int stride, int unit, int units, int n) noexcept {
    kernels_->lstm_gates({.gates = sums,
                          .gates_stride = stride,
                          .c = c_.data() + static_cast<std::ptrdiff_t>(unit) * n,
                          .c_stride = units,
                          .h = h_[1].row(0) + unit,
                          .h_stride = h_[1].stride(),
                          .units = units,
                          .rows = n});
  }

  const Kernels* kernels_;
  const LstmLayer* layer_ = nullptr;
  Fed fed_{};
  bool few_ = false;
  Rows inputs_;
  Rows projection_;
  Rows few_gates_;
  Rows block_gates_;
  AlignedFloats c_;        // [n, units] or, if a step computes 16 units after the other, [units / 16][n, 16]
  std::array<Rows, 2> h_;  // of the step before and, while it is computed, of this one
};

}  // namespace

std::unique_ptr<EncoderLevel> make_fp32_level(const EncoderWeights& weights, std::size_t index, const LevelSizes& sizes) {
  const EncoderWeights::Level& level = weights.levels[index];
  return std::make_unique<LevelOf<Fp32Cells>>(level.layers, sizes, Fp32Cells(*weights.kernels, level, sizes));
}

}  // namespace musicvae::engine

// An encoder's level with products of bfloat16. A step is one product per 16 units, [h | x | 1 1 1] W. States, sums and gates are float32.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "engine/run_level.hpp"
#include "musicvae/model/safetensors.hpp"

namespace musicvae::engine {
namespace {

using numerics::AlignedHalves;
using numerics::kBf16Columns;
using numerics::kPanelWidth;

constexpr int kInputMultiple = 32;  // of products of bfloat16
constexpr int kRowMultiple = 32;
constexpr int kStridePad = 32;  // a stride of a power of two would map the rows of a product to the same few lines of the L1 cache
constexpr int kBiasRows = 3;    // three bfloat16 hold the bits of a float

constexpr int round_up(int value, int multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

float rounded(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return std::bit_cast<float>((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000U);
}

// Rows of halves, as the left-hand matrices of products.
class HalfRows {
 public:
  HalfRows() = default;
  HalfRows(int rows, int columns)
      : stride_(round_up(columns, kInputMultiple) + kStridePad),
        values_(static_cast<std::size_t>(round_up(rows, kRowMultiple)) * static_cast<std::size_t>(stride_)) {}
  [[nodiscard]] std::uint16_t* row(int r) { return values_.data() + static_cast<std::ptrdiff_t>(r) * stride_; }
  [[nodiscard]] int stride() const { return stride_; }
  void clear() { std::fill(values_.begin(), values_.end(), std::uint16_t{0}); }

 private:
  int stride_ = 0;
  AlignedHalves values_;
};

}  // namespace

// A right-hand matrix: [blocks][inputs / 2][64][2].
struct Bf16Matrix {
  int inputs = 0;
  int blocks = 0;
  AlignedHalves values{};

  Bf16Matrix() = default;
  Bf16Matrix(int rows, int panels)
      : inputs(round_up(rows, kInputMultiple)),
        blocks(round_up(panels * kPanelWidth, kBf16Columns) / kBf16Columns),
        values(static_cast<std::size_t>(inputs) * static_cast<std::size_t>(blocks) * kBf16Columns) {}

  void set(int row, int column, float value) {
    const std::ptrdiff_t block = column / kBf16Columns;
    const std::ptrdiff_t at = ((block * inputs + row / 2 * 2) * kBf16Columns) + column % kBf16Columns * 2 + row % 2;
    values[static_cast<std::size_t>(at)] = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(rounded(value)) >> 16);
  }
  // Sets rows from `first` on.
  void set_rows(int first, const PackedMatrix& from) {
    std::size_t at = 0;
    for (int panel = 0; panel < from.panels; ++panel) {
      for (int k = 0; k < from.inputs; ++k) {
        for (int column = 0; column < kPanelWidth; ++column, ++at) {
          const float value = from.halves.empty() ? from.values[at] : from_half(from.halves[at]);
          set(first + k, panel * kPanelWidth + column, value);
        }
      }
    }
  }
  // Sets three rows whose sum is the bias.
  void set_bias(int first, const AlignedFloats& bias) {
    for (int column = 0; column < static_cast<int>(bias.size()); ++column) {
      float rest = bias[as_size(column)];
      for (int row = first; row < first + kBiasRows; ++row) {
        set(row, column, rest);
        rest -= rounded(rest);
      }
    }
  }
};

// An LSTM layer with its products in bfloat16.
struct Bf16Layer {
  int units;
  bool residual;
  bool projects;
  int fed_at;  // the columns of what is fed to the gates, after those of h
  int fed_width;
  Bf16Matrix projection;  // from [x | 1 1 1]
  Bf16Matrix gates;       // from [h | x | 1 1 1], where x is the projection's output, if there is one

  explicit Bf16Layer(const LstmLayer& layer)
      : units(layer.units),
        residual(layer.residual),
        projects(layer.projects),
        fed_at(padded(layer.units)),
        fed_width(layer.projects ? layer.units : layer.inputs.front().inputs),
        gates(fed_at + fed_width + kBiasRows, layer.recurrent.panels) {
    const PackedMatrix& input = layer.inputs.front();
    if (projects) {
      projection = Bf16Matrix(input.inputs + kBiasRows, input.panels);
      projection.set_rows(0, input);
      projection.set_bias(input.inputs, layer.input_bias);
    }
    gates.set_rows(0, layer.recurrent);
    gates.set_rows(fed_at, projects ? layer.projected : input);
    gates.set_bias(fed_at + fed_width, projects ? layer.gate_bias : layer.input_bias);
  }
};

struct Bf16EncoderWeights {
  std::vector<std::vector<std::array<Bf16Layer, 2>>> levels;
};

const Bf16EncoderWeights& EncoderWeights::bf16() const {
  std::call_once(bf16_once_, [this] {
    auto made = std::make_shared<Bf16EncoderWeights>();
    for (const Level& level : levels) {
      auto& layers = made->levels.emplace_back();
      for (const auto& [forward, backward] : level.layers) layers.push_back({Bf16Layer(forward), Bf16Layer(backward)});
    }
    bf16_ = std::move(made);
  });
  return *bf16_;
}

namespace {

class Bf16Cells {
 public:
  using Layer = Bf16Layer;

  Bf16Cells(const Kernels& kernels, const EncoderWeights::Level& level, const LevelSizes& sizes) : kernels_(&kernels) {
    const auto [widest_input, widest] = widest_of(level.layers, sizes.input_depth);
    const int rows = round_up(sizes.max_batch, kRowMultiple);
    for (HalfRows& hx : hx_) hx = HalfRows(rows, padded(widest) + std::max(widest_input, widest) + kBiasRows);
    inputs_ = HalfRows(rows, widest_input + kBiasRows);
    projection_ = Rows(rows, round_up(widest, kBf16Columns));
    sums_ = Rows(rows, kBf16Columns);
    c_ = AlignedFloats(as_size(rows) * as_size(padded(widest)));
    h_ = Rows(rows, widest);
    padded_input_ = AlignedFloats(static_cast<std::size_t>(padded(std::max(widest_input, widest) + kBiasRows)));
  }

  void start(const Bf16Layer& layer, int n) noexcept {
    layer_ = &layer;
    rows_ = round_up(n, kRowMultiple);
    for (HalfRows& hx : hx_) hx.clear();
    if (layer.projects) inputs_.clear();
    std::fill(c_.begin(), c_.end(), 0.0F);
  }

  [[nodiscard]] static int together(int) noexcept { return 1; }

  void input(int row, const float* x, int depth) noexcept {
    put(layer_->projects ? inputs_.row(row) : hx_[0].row(row) + layer_->fed_at, x, depth);
  }

  void multiply_inputs(int rows) noexcept {
    if (!layer_->projects) return;
    for (int block = 0; block < layer_->projection.blocks; ++block) {
      multiply(layer_->projection, block, inputs_, projection_.row(0) + block * kBf16Columns, projection_.stride());
    }
    for (int row = 0; row < rows; ++row) put(hx_[0].row(row) + layer_->fed_at, projection_.row(row), layer_->units);
  }

  void step(int, int n) noexcept {
    for (int block = 0; block < layer_->gates.blocks; ++block) {
      multiply(layer_->gates, block, hx_[0], sums_.row(0), sums_.stride());
      kernels_->lstm_gates({.gates = sums_.row(0),
                            .gates_stride = sums_.stride(),
                            .c = c_.data() + static_cast<std::ptrdiff_t>(block) * n * kPanelWidth,
                            .c_stride = kPanelWidth,
                            .h = h_.row(0) + block * kPanelWidth,
                            .h_stride = h_.stride(),
                            .units = kPanelWidth,
                            .rows = n});
    }
    std::swap(hx_[0], hx_[1]);
    for (int b = 0; b < n; ++b) kernels_->to_bf16(h_.row(b), hx_[0].row(b), padded(layer_->units));
  }

  [[nodiscard]] const float* h(int b) const noexcept { return h_.row(b); }
  [[nodiscard]] const float* fed(int row) const noexcept { return projection_.row(row); }

 private:
  // Writes [x | 1 1 1 | 0], rounded.
  void put(std::uint16_t* to, const float* x, int depth) noexcept {
    float* end = std::transform(x, x + depth, padded_input_.data(),
                                [](float value) { return std::abs(value) < numerics::kSmallest ? 0.0F : value; });
    end = std::fill_n(end, kBiasRows, 1.0F);
    const int width = padded(depth + kBiasRows);
    std::fill(end, padded_input_.data() + width, 0.0F);
    kernels_->to_bf16(padded_input_.data(), to, width);
  }

  void multiply(const Bf16Matrix& w, int block, HalfRows& x, float* y, int y_stride) const noexcept {
    kernels_->multiply_bf16({.x = x.row(0),
                             .x_stride = x.stride(),
                             .weights = w.values.data() + static_cast<std::ptrdiff_t>(block) * w.inputs * kBf16Columns,
                             .y = y,
                             .y_stride = y_stride,
                             .rows = rows_,
                             .inputs = w.inputs});
  }

  const Kernels* kernels_;
  const Bf16Layer* layer_ = nullptr;
  int rows_ = 0;
  std::array<HalfRows, 2> hx_;  // of this step and of the next
  HalfRows inputs_;
  Rows projection_;
  Rows sums_;
  AlignedFloats c_;  // [units / 16][n, 16]
  Rows h_;
  AlignedFloats padded_input_;
};

}  // namespace

std::unique_ptr<EncoderLevel> make_bf16_level(const EncoderWeights& weights, std::size_t index, const LevelSizes& sizes) {
  const bool free_choice = weights.kernels == &numerics::kernels(numerics::best_isa());
  const Kernels& kernels = free_choice ? numerics::kernels(numerics::best_bf16_isa()) : *weights.kernels;
  return std::make_unique<LevelOf<Bf16Cells>>(weights.bf16().levels[index], sizes, Bf16Cells(kernels, weights.levels[index], sizes));
}

}  // namespace musicvae::engine

// The matrix product on which the fused LSTM is built; lstm_fused.cpp has a drawing of the layout.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "lstm_kernels.hpp"
#include "musicvae/numerics/kernels.hpp"

namespace musicvae::train::fused {

static_assert(block_width == numerics::kBf16Columns && block_width % numerics::kPanelWidth == 0);

/// to = left * right, or to += left * right. `Number` is float or at::BFloat16; sums are float32. `to` and `right` are aligned to 64 bytes.
template <class Number>
struct Product {
  std::int64_t rows = 0;         ///< for bfloat16, a multiple of 32
  std::int64_t sums = 0;         ///< columns of left, rows of right; for bfloat16, a multiple of 32
  const Number* left = nullptr;  ///< [rows, sums], rows `left_stride` apart
  std::int64_t left_stride = 0;
  const Number* right = nullptr;  ///< [sums, block_width]; of bfloat16, pairs of rows are interleaved
  float* to = nullptr;            ///< [rows, block_width], rows `to_stride` apart
  std::int64_t to_stride = 0;
  bool add = false;
};

inline void multiply(const Product<float>& p) {
  alignas(64) static constexpr float zeros[block_width] = {};
  static const numerics::Kernels& kernels = numerics::kernels(numerics::best_isa());
  kernels.multiply({.weights = p.right,
                    .panel_stride = numerics::kPanelWidth,
                    .weight_stride = block_width,
                    .inputs = static_cast<int>(p.sums),
                    .panels = block_width / numerics::kPanelWidth,
                    .x = p.left,
                    .x_stride = p.left_stride,
                    .base = p.add ? p.to : zeros,
                    .base_stride = p.add ? p.to_stride : 0,
                    .y = p.to,
                    .y_stride = p.to_stride,
                    .rows = static_cast<int>(p.rows)});
}

inline void multiply(const Product<at::BFloat16>& p) {
  static const numerics::Kernels& kernels = numerics::kernels(numerics::best_bf16_isa());
  kernels.multiply_bf16({.x = reinterpret_cast<const std::uint16_t*>(p.left),
                         .x_stride = p.left_stride,
                         .weights = reinterpret_cast<const std::uint16_t*>(p.right),
                         .y = p.to,
                         .y_stride = p.to_stride,
                         .rows = static_cast<int>(p.rows),
                         .inputs = static_cast<int>(p.sums),
                         .add = p.add});
}

}  // namespace musicvae::train::fused

// The matrix product on which the fused LSTM is built; lstm_fused.cpp has a drawing of the layout.
#pragma once

#include <cstdint>

#include "lstm_kernels.hpp"

namespace musicvae::train::fused {

/// to = left * right, or to += left * right. `Number` is float or at::BFloat16; sums are float32.
template <class Number>
struct Product {
  std::int64_t rows = 0;
  std::int64_t sums = 0;         ///< columns of left, rows of right
  const Number* left = nullptr;  ///< [rows, sums], rows `left_stride` apart
  std::int64_t left_stride = 0;
  const Number* right = nullptr;  ///< [sums, block_width]; pairs of rows are interleaved if `pairs`
  float* to = nullptr;            ///< [rows, block_width], rows `to_stride` apart
  std::int64_t to_stride = 0;
  bool add = false;
  bool pairs = false;
};

/// Uses LibTorch's kernel for small products if this LibTorch has it, otherwise multiply_by_operators().
template <class Number>
void multiply(const Product<Number>& product);

/// Each thread must call it after its last multiply().
void end_products(bool pairs);

/// Whether multiply() accepts pairs and is fast with them: LibTorch must have the kernel, and the processor AMX.
[[nodiscard]] bool takes_pairs();

/// Does the same with LibTorch's public operators, which every version has. It is slower and accepts only right-hand matrices without
/// pairs.
template <class Number>
void multiply_by_operators(const Product<Number>& product);

}  // namespace musicvae::train::fused

// The matrix product that the fused LSTM is made of; lstm_fused.cpp has the drawing of the layout.
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
  const Number* right = nullptr;  ///< [sums, block_width]; pairs of rows interleaved where `pairs`
  float* to = nullptr;            ///< [rows, block_width], rows `to_stride` apart
  std::int64_t to_stride = 0;
  bool add = false;
  bool pairs = false;
};

/// LibTorch's kernel for small products where this LibTorch has it, else multiply_by_operators().
template <class Number>
void multiply(const Product<Number>& product);

/// Each thread calls it after its last multiply().
void end_products(bool pairs);

/// Whether multiply() takes pairs, and is fast with them: where LibTorch has the kernel and the processor has AMX.
[[nodiscard]] bool takes_pairs();

/// The same by LibTorch's public operators, which every version has: slower, and for right-hand matrices without pairs only.
template <class Number>
void multiply_by_operators(const Product<Number>& product);

}  // namespace musicvae::train::fused

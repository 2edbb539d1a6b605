// The loops of the fused LSTM other than matrix products: gates, their gradients, dropout and transposition. lstm_fused.cpp has a drawing
// of the layout. They are written once (lstm_kernels.inl), compiled for each instruction set, and selected at run time.
#pragma once

#include <cstdint>

namespace musicvae::train {

/// Units per block. Their four gates are side by side: block_units columns each of i, c~, f, o.
inline constexpr int block_units = 16;
inline constexpr int block_width = 4 * block_units;

/// How the operands of a matrix product are stored.
enum class Storage {
  fp32,
  bf16,  ///< in a right-hand matrix two rows are interleaved, as the hardware requires: (r, 0) (r + 1, 0) (r, 1) (r + 1, 1) ...
};

/// The forward pass of one step of one block of units, for an even number of rows (windows). Strides are in elements.
struct ForwardBlock {
  const float* products;  ///< [rows, block_width]: [h | x] W
  const float* bias;      ///< rows of [block_width], `bias_stride` apart (0: the same row for all)
  std::int64_t bias_stride;
  const float* c_before;  ///< [rows, block_units]
  float* c;
  void* gates;  ///< [rows, block_width] in `Storage`: the activations as the backward pass needs them
  void* h;      ///< [rows, block_units], float or bfloat16, `h_stride` apart
  std::int64_t h_stride;
  float* y;  ///< a copy of h in float32, `y_stride` apart, or null
  std::int64_t y_stride;
  std::int64_t rows;
};

/// The backward pass of such a block.
struct BackwardBlock {
  const float* dh;  ///< gradient from the following step, `dh_stride` apart
  std::int64_t dh_stride;
  const float* dy;  ///< gradient from the layer above, `dy_stride` apart, or null
  std::int64_t dy_stride;
  const float* c_before;  ///< [rows, block_units], like c and dc
  const float* c;
  float* dc;            ///< on entry, gradient of c from the following step; on exit, gradient of c_before
  void* gates;          ///< on entry, the result of the forward pass; on exit, the gradients before the activations, in the same storage
  void* row_gradients;  ///< the same gradients row by row, `row_stride` apart
  std::int64_t row_stride;
  float* dbias;  ///< the sum of these gradients is added here, `bias_stride` apart; or null
  std::int64_t bias_stride;
  std::int64_t rows;
};

/// A dropout mask: element number n is kept if hash(key, n) < threshold.
struct DropoutKey {
  std::uint32_t words[2] = {0, 0};
  std::uint64_t threshold = std::uint64_t{1} << 32;  ///< 2^32 keeps all
  float scale = 1.0F;                                ///< factor for the kept elements
};

struct LstmKernels {
  void (*forward)(const ForwardBlock&);
  void (*backward)(const BackwardBlock&);
  /// to[i] = from[i] * scale if element first + i is kept, else 0. `to` has the type of the storage.
  void (*drop)(const float* from, void* to, std::int64_t count, const DropoutKey& key, std::uint64_t first);
  /// to [columns, rows] = from [rows, columns]. Both have the type of the storage; rows and columns are multiples of 16.
  void (*transpose)(const void* from, std::int64_t stride, void* to, std::int64_t to_stride, std::int64_t rows, std::int64_t columns);
};

/// The fastest kernels that this processor supports.
[[nodiscard]] const LstmKernels& lstm_kernels(Storage storage);

}  // namespace musicvae::train

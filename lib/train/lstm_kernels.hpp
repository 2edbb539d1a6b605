// The loops of the fused LSTM that are no matrix products: gates, their gradients, dropout, transposing. lstm_fused.cpp has the
// drawing of the layout. Written once (lstm_kernels.inl), compiled for each instruction set, chosen when the program runs.
#pragma once

#include <cstdint>

namespace musicvae::train {

/// Units whose four gates stand side by side: block_units columns each of i, c~, f, o.
inline constexpr int block_units = 16;
inline constexpr int block_width = 4 * block_units;

/// How a number is stored that a matrix product will read.
enum class Storage {
  fp32,
  bf16,        ///< row by row, as fp32
  bf16_pairs,  ///< two rows interleaved, which is how AMX wants its right-hand matrix: (r, 0) (r + 1, 0) (r, 1) (r + 1, 1) ...
};

/// One step of one block of units, for an even number of rows (windows). Strides count elements.
struct ForwardBlock {
  const float* products;  ///< [rows, block_width]: [h | x] W
  const float* bias;      ///< [block_width] a row, `bias_stride` apart (0: the same for all)
  std::int64_t bias_stride;
  const float* c_before;  ///< [rows, block_units]
  float* c;
  void* gates;  ///< [rows, block_width] in `Storage`: what backward needs of the activations
  void* h;      ///< [rows, block_units], float or bfloat16, `h_stride` apart
  std::int64_t h_stride;
  float* y;  ///< h once more in float32, `y_stride` apart, or null
  std::int64_t y_stride;
  std::int64_t rows;
};

/// The way back through it.
struct BackwardBlock {
  const float* dh;  ///< from the step after, `dh_stride` apart
  std::int64_t dh_stride;
  const float* dy;  ///< from above, `dy_stride` apart, or null
  std::int64_t dy_stride;
  const float* c_before;  ///< [rows, block_units], as c and dc
  const float* c;
  float* dc;            ///< in: of c, from the step after; out: of c_before
  void* gates;          ///< in: what forward left; out: the gradients before the activations, in the same storage
  void* row_gradients;  ///< the same gradients row by row, `row_stride` apart
  std::int64_t row_stride;
  float* dbias;  ///< they are added here, `bias_stride` apart, or null
  std::int64_t bias_stride;
  std::int64_t rows;
};

/// A mask of dropout: element number n stays when hash(key, n) < threshold.
struct DropoutKey {
  std::uint32_t words[2] = {0, 0};
  std::uint64_t threshold = std::uint64_t{1} << 32;  ///< 2^32 keeps all
  float scale = 1.0F;                                ///< of what stays
};

struct LstmKernels {
  void (*forward)(const ForwardBlock&);
  void (*backward)(const BackwardBlock&);
  /// to[i] = from[i] * scale where element first + i stays, else 0. `to` has the storage's type.
  void (*drop)(const float* from, void* to, std::int64_t count, const DropoutKey& key, std::uint64_t first);
  /// to [columns, rows] = from [rows, columns], both of the storage's type and with multiples of 16 rows and columns.
  void (*transpose)(const void* from, std::int64_t stride, void* to, std::int64_t to_stride, std::int64_t rows, std::int64_t columns);
};

/// The fastest that this processor has.
[[nodiscard]] const LstmKernels& lstm_kernels(Storage storage);

}  // namespace musicvae::train

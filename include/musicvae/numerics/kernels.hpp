// Matrix products and gate functions for small batches. They use the widest registers of the processor that they run on.
//
// We do not use Eigen's product, for two reasons. Eigen chooses its instructions when it is compiled, and our binaries are compiled for any
// x86-64 processor. And the order of Eigen's sums depends on the batch, while here the numbers of a sequence are the same in every batch.
#pragma once

#include <cstddef>

namespace musicvae::numerics {

/// Columns of a packed panel: 16 floats are one cache line and one AVX-512 register.
inline constexpr int kPanelWidth = 16;

/// States, inputs and weights nearer to 0 than this count as 0. Their products are then never denormal (2^-124 > 2^-126).
inline constexpr float kSmallest = 0x1p-62F;

/// y = base + x W for a few rows. y may be base. Row strides are in floats. x needs no alignment; the others are aligned to 64 bytes.
struct Product {
  const float* weights = nullptr;  ///< W as panels, [panels][inputs][16]
  int inputs = 0;
  int panels = 0;
  const float* x = nullptr;  ///< [rows, inputs]
  std::ptrdiff_t x_stride = 0;
  const float* base = nullptr;  ///< [rows, 16 panels]; with stride 0, one row (a bias) is added to all rows
  std::ptrdiff_t base_stride = 0;
  float* y = nullptr;  ///< [rows, 16 panels]
  std::ptrdiff_t y_stride = 0;
  int rows = 0;
};

/// The kernels of one instruction set. Pure functions; any thread may call them.
struct Kernels {
  void (*multiply)(const Product&) noexcept;
  /// Updates c and h [units] from gates [4, units] in blocks i, c~, f, o. units is a multiple of 16, and all are aligned to 64 bytes.
  void (*lstm_gates)(const float* gates, int units, float* c, float* h) noexcept;
  /// In place. count is a multiple of 16, and values is aligned to 64 bytes.
  void (*sigmoid)(float* values, int count) noexcept;
  void (*tanh)(float* values, int count) noexcept;
};

/// The instruction set to use. All sets give the same bits; they differ in speed.
enum class Isa {
  baseline,  ///< available on every processor of the architecture: SSE2, NEON, ...
  avx2,
  avx512,
};

/// Whether this processor has the instructions.
[[nodiscard]] bool supported(Isa isa) noexcept;

/// The fastest instruction set that this processor has.
[[nodiscard]] Isa best_isa() noexcept;

/// The kernels of an instruction set. Throws ArgumentError when this processor lacks the instructions.
[[nodiscard]] const Kernels& kernels(Isa isa);

}  // namespace musicvae::numerics

// Matrix products and gate functions for small batches. They use the widest registers of the processor that they run on.
//
// We do not use Eigen's product, for three reasons. Eigen chooses its instructions when it is compiled, and our binaries are compiled for
// any x86-64 processor. The order of Eigen's sums depends on the batch, while here the numbers of a sequence are the same in every batch.
// And weights that a model file stores as halves stay halves here.
#pragma once

#include <cstddef>
#include <cstdint>

namespace musicvae::numerics {

/// Columns of a packed panel: 16 floats are one cache line and one AVX-512 register. In WebAssembly where it fuses there are 8, wherever
/// comments say 16, because its tile of one row has 24 columns and reads whole panels.
#if defined(__wasm_relaxed_simd__)
inline constexpr int kPanelWidth = 8;
#else
inline constexpr int kPanelWidth = 16;
#endif

/// States, inputs and weights nearer to 0 than this count as 0. Their products are then never denormal (2^-124 > 2^-126).
inline constexpr float kSmallest = 0x1p-62F;

/// y = base + x W. Each sum begins with the base and adds the products in the order of the inputs, each with one rounding (fused
/// multiply-add), so a row of y has the same bits in every batch. y may be base. Strides are in elements. y, base and W are aligned to 64
/// bytes.
struct Product {
  const float* weights = nullptr;              ///< W as panels of 16 columns
  const std::uint16_t* halves = nullptr;       ///< the same as IEEE halves; used if `weights` is null
  std::ptrdiff_t panel_stride = 0;             ///< from one panel to the next
  std::ptrdiff_t weight_stride = kPanelWidth;  ///< within a panel, from the weights of one input to those of the next
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

/// Columns of the right-hand matrix of a Bf16Product.
inline constexpr int kBf16Columns = 64;

/// y = x W or y += x W, with bfloat16 factors and sums in float32. The order of the sums, and so the last bits, depends on the instruction
/// set. Strides are in elements.
struct Bf16Product {
  const std::uint16_t* x = nullptr;  ///< [rows, inputs]
  std::ptrdiff_t x_stride = 0;
  const std::uint16_t* weights = nullptr;  ///< [inputs / 2][64][2]: two inputs side by side; aligned to 64 bytes
  float* y = nullptr;                      ///< [rows, 64]; aligned to 64 bytes, like y_stride
  std::ptrdiff_t y_stride = 0;
  int rows = 0;    ///< a multiple of 32
  int inputs = 0;  ///< a multiple of 32
  bool add = false;
};

/// One step of the cells of an LSTM, for `units` units of several rows. c and h are updated in place; strides are in elements.
struct LstmGates {
  const float* gates = nullptr;  ///< [rows, 4 units]: i, c~, f and o of 16 units, then those of the next 16
  std::ptrdiff_t gates_stride = 0;
  float* c = nullptr;  ///< [rows, units]
  std::ptrdiff_t c_stride = 0;
  float* h = nullptr;  ///< [rows, units]; only written
  std::ptrdiff_t h_stride = 0;
  int units = 0;  ///< a multiple of 16; all rows are aligned to 64 bytes
  int rows = 0;
};

/// The kernels of one instruction set. Pure functions; any thread may call them.
struct Kernels {
  void (*multiply)(const Product&) noexcept;
  void (*multiply_bf16)(const Bf16Product&) noexcept;
  /// Rounds to bfloat16, to nearest and ties to even. count is a multiple of 16, and from is aligned to 64 bytes.
  void (*to_bf16)(const float* from, std::uint16_t* to, int count) noexcept;
  void (*lstm_gates)(const LstmGates&) noexcept;
  /// In place. count is a multiple of 16, and values is aligned to 64 bytes.
  void (*sigmoid)(float* values, int count) noexcept;
  void (*tanh)(float* values, int count) noexcept;
};

/// The instruction set to use. Except for multiply_bf16, all sets give the same bits; they differ in speed.
enum class Isa {
  baseline,     ///< available on every processor of the architecture: SSE2, NEON, ...
  avx2,         ///< with FMA and F16C, which all processors with AVX2 have
  avx512,       ///< F, BW, VL and DQ
  avx512_bf16,  ///< the same, with products of bfloat16
  amx,          ///< the same, with matrix products of bfloat16; supported(amx) asks the system for its registers, once per process
};

/// All instruction sets.
inline constexpr Isa kIsas[] = {Isa::baseline, Isa::avx2, Isa::avx512, Isa::avx512_bf16, Isa::amx};

/// Whether this processor has the instructions.
[[nodiscard]] bool supported(Isa isa) noexcept;

/// The fastest instruction set that this processor has, but not amx: a program must not ask for its registers without using them.
[[nodiscard]] Isa best_isa() noexcept;

/// The instruction set that multiplies bfloat16 fastest here: amx where there is one.
[[nodiscard]] Isa best_bf16_isa() noexcept;

/// Whether this processor multiplies bfloat16 faster than floats: with AMX, or with AVX512_BF16 unless it is Intel's, which has AMX for
/// that (and multiplies no faster where a virtual machine hides it).
[[nodiscard]] bool has_fast_bf16() noexcept;

/// The kernels of an instruction set. Throws ArgumentError when this processor lacks the instructions.
[[nodiscard]] const Kernels& kernels(Isa isa);

}  // namespace musicvae::numerics

// Matrix products and gate functions for small batches, for the widest registers of the processor that runs them.
//
// Why not Eigen's product: Eigen picks its instructions when it is compiled, and what we ship is compiled for any x86-64;
// and the order of its sums depends on the batch, while here the numbers of a sequence are the same in any company.
#pragma once

#include <cstddef>
#include <cstdint>

#include "musicvae/engine/exact.hpp"
#include "musicvae/error.hpp"

namespace musicvae::engine {

/// Columns of a packed panel: 16 floats are one cache line and one AVX-512 register.
inline constexpr int panel_width = 16;

/// States, inputs and weights nearer to 0 than this count as 0; their products are then never denormal (2^-124 > 2^-126).
inline constexpr float smallest = 0x1p-62F;

/// y = base + x W for a few rows. y may be base. Row strides are in floats; x needs no alignment, the others 64 bytes.
struct Product {
  const float* weights = nullptr;  ///< W as panels, [panels][inputs][16]
  int inputs = 0;
  int panels = 0;
  const float* x = nullptr;  ///< [rows, inputs]
  std::ptrdiff_t x_stride = 0;
  const float* base = nullptr;  ///< [rows, 16 panels]; stride 0 adds one row, a bias, to all
  std::ptrdiff_t base_stride = 0;
  float* y = nullptr;  ///< [rows, 16 panels]
  std::ptrdiff_t y_stride = 0;
  int rows = 0;
};

/// The kernels of one instruction set. Pure functions; any thread may call them.
struct Kernels {
  void (*multiply)(const Product&) noexcept;
  /// gates [4, units] in blocks i, c~, f, o, and c, h [units]; units is a multiple of 16, all aligned to 64 bytes.
  void (*lstm_gates)(const float* gates, int units, float* c, float* h) noexcept;
  /// In place; count is a multiple of 16, aligned to 64 bytes.
  void (*sigmoid)(float* values, int count) noexcept;
  void (*tanh)(float* values, int count) noexcept;
};

/// Which instructions to use. All give the same bits; they differ in speed.
enum class Isa {
  baseline,  ///< what every processor of the architecture has: SSE2, NEON, ...
  avx2,
  avx512,
};

namespace baseline {
inline constexpr int lanes = 4;
inline constexpr int many_panels = 1;
inline constexpr int many_rows = 3;
#include "musicvae/engine/kernels.inl"
}  // namespace baseline

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif
namespace avx2 {
inline constexpr int lanes = 8;
inline constexpr int many_panels = 1;
inline constexpr int many_rows = 6;
#include "musicvae/engine/kernels.inl"
}  // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f")
#endif
namespace avx512 {
inline constexpr int lanes = 16;
inline constexpr int many_panels = 4;
inline constexpr int many_rows = 6;
#include "musicvae/engine/kernels.inl"
}  // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

/// Whether this processor has the instructions.
[[nodiscard]] inline bool supported(Isa isa) noexcept {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return __builtin_cpu_supports("avx512f") != 0;
  if (isa == Isa::avx2) return __builtin_cpu_supports("avx2") != 0;
#endif
  return isa == Isa::baseline;
}

/// The fastest that this processor has.
[[nodiscard]] inline Isa best_isa() noexcept {
  if (supported(Isa::avx512)) return Isa::avx512;
  if (supported(Isa::avx2)) return Isa::avx2;
  return Isa::baseline;
}

/// Throws ArgumentError when this processor lacks the instructions.
[[nodiscard]] inline const Kernels& kernels(Isa isa) {
  if (!supported(isa)) throw ArgumentError("engine: this processor lacks the asked-for instructions; leave the choice to best_isa()");
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::table;
  if (isa == Isa::avx2) return avx2::table;
#endif
  return baseline::table;
}

}  // namespace musicvae::engine

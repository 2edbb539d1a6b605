#include "musicvae/numerics/kernels.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "musicvae/error.hpp"

#if defined(__x86_64__)
#if defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace musicvae::numerics {
namespace {

// Each namespace defines for its instruction set, before it includes kernels.inl:
//   Vector, Bits             registers of floats and of 32-bit integers
//   multiply_add(a, b, c)    a b + c with one rounding
//   widen(from)              halves to floats, exactly
//   many_rows, many_panels   the tile of a large product: as many sums as the registers hold
//   many_inputs              how many inputs of a large product are multiplied at once: their weights stay in the L1 cache
//   panels_of(rows)          how many panels the tile of so few rows takes: enough sums to hide the latency of an addition
//   prefetched               how many bytes ahead one row, which waits for its weights, asks for them; 0: not at all

namespace baseline {
inline constexpr int lanes = 4;
inline constexpr int gate_rows = 1;
[[maybe_unused]] inline constexpr std::ptrdiff_t prefetched = 0;  // used where the product is not emulated
#if defined(__wasm_relaxed_simd__)
// Browsers have 15 registers on x86-64, and some of them load all weights of an iteration before they multiply: six sums, six weights and
// the value of one row, or eight, four and two of two rows.
inline constexpr int many_panels = 2;
constexpr int panels_of(int rows) {
  return rows == 1 ? 3 : 2;
}
#else
inline constexpr int many_panels = 1;
constexpr int panels_of(int) {
  return 1;
}
#endif
typedef float Vector __attribute__((vector_size(lanes * 4), may_alias));
typedef std::int32_t Bits __attribute__((vector_size(lanes * 4)));
#if defined(__aarch64__)
inline constexpr int many_rows = 3;
inline constexpr int many_inputs = 64;
[[gnu::always_inline]] inline Vector multiply_add(Vector a, Vector b, Vector c) {
  return (Vector)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
[[gnu::always_inline]] inline Vector widen(const std::uint16_t* from) {
  return (Vector)vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(from)));
}
#elif defined(__wasm_relaxed_simd__)
// Not all browsers fuse: musicvae.mjs loads this engine only where they do.
inline constexpr int many_rows = 2;
inline constexpr int many_inputs = 256;
[[gnu::always_inline]] inline Vector multiply_add(Vector a, Vector b, Vector c) {
#if __has_builtin(__builtin_wasm_relaxed_madd_f32x4)
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
  return __builtin_wasm_fma_f32x4(a, b, c);  // its name in Clang 14
#endif
}
#else
inline constexpr int many_rows = 2;
inline constexpr int many_inputs = 64;
#define MUSICVAE_EMULATED_FMA
#include "numerics/emulated_fma.inl"
#endif
#if !defined(__aarch64__)
[[gnu::always_inline]] inline Vector widen(const std::uint16_t* from) {
  typedef std::uint16_t Halves __attribute__((vector_size(lanes * 2), may_alias));
  const Bits half = __builtin_convertvector(*reinterpret_cast<const Halves*>(from), Bits);
  const Bits magnitude = (half & 0x7FFF) << 13;
  const Bits normal = magnitude + (112 << 23);
  const Bits subnormal = (Bits)((Vector)(magnitude + (113 << 23)) - 0x1p-14F);
  const Bits is_subnormal = magnitude < (1 << 23);
  return (Vector)((is_subnormal & subnormal) | (~is_subnormal & normal) | ((half & 0x8000) << 16));
}
#endif
#include "numerics/kernels.inl"
#undef MUSICVAE_EMULATED_FMA
}  // namespace baseline

#if defined(__x86_64__)
#include "numerics/target_avx2.inl"
namespace avx2 {
inline constexpr int lanes = 8;
inline constexpr int gate_rows = 1;
inline constexpr int many_panels = 1;
inline constexpr int many_rows = 6;
inline constexpr int many_inputs = 64;
inline constexpr std::ptrdiff_t prefetched = 0;
constexpr int panels_of(int rows) {
  return rows == 1 ? 4 : rows < 4 ? 2 : 1;
}
typedef float Vector __attribute__((vector_size(lanes * 4), may_alias));
typedef std::int32_t Bits __attribute__((vector_size(lanes * 4)));
[[gnu::always_inline]] inline Vector multiply_add(Vector a, Vector b, Vector c) {
  return (Vector)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
[[gnu::always_inline]] inline Vector widen(const std::uint16_t* from) {
  return (Vector)_mm256_cvtph_ps(_mm_load_si128(reinterpret_cast<const __m128i*>(from)));
}
#include "numerics/kernels.inl"
}  // namespace avx2
#include "numerics/target_end.inl"

#include "numerics/target_avx512.inl"
namespace avx512 {
inline constexpr int lanes = 16;
inline constexpr int gate_rows = 2;
inline constexpr int many_panels = 4;
inline constexpr int many_rows = 6;
inline constexpr int many_inputs = 64;
inline constexpr std::ptrdiff_t prefetched = 512;
constexpr int panels_of(int rows) {
  return rows <= 2 ? 8 : 4;
}
typedef float Vector __attribute__((vector_size(lanes * 4), may_alias));
typedef std::int32_t Bits __attribute__((vector_size(lanes * 4)));
[[gnu::always_inline]] inline Vector multiply_add(Vector a, Vector b, Vector c) {
  return (Vector)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
[[gnu::always_inline]] inline Vector widen(const std::uint16_t* from) {
  return (Vector)_mm512_maskz_cvtph_ps(0xFFFF, _mm256_load_si256(reinterpret_cast<const __m256i*>(from)));
}
#include "numerics/kernels.inl"
}  // namespace avx512
#include "numerics/target_end.inl"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bf16"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bf16")
#endif
namespace avx512_bf16 {
// R rows of 64 columns.
template <int R>
[[gnu::always_inline]] inline void multiply_rows(const Bf16Product& m, int row) {
  constexpr int columns = kBf16Columns / 16;
  __m512 sum[R][columns];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < columns; ++v) sum[r][v] = _mm512_setzero_ps();
  }
  const std::uint16_t* w = m.weights;
  const std::uint16_t* x = m.x + row * m.x_stride;
  for (int k = 0; k < m.inputs; k += 2, w += 2 * kBf16Columns) {
    __m512i weights[columns];
#pragma GCC unroll 16
    for (int v = 0; v < columns; ++v) weights[v] = _mm512_load_si512(w + 32 * v);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      int two = 0;
      std::memcpy(&two, x + r * m.x_stride + k, sizeof(two));
      const __m512i value = _mm512_set1_epi32(two);
#pragma GCC unroll 16
      for (int v = 0; v < columns; ++v) sum[r][v] = _mm512_dpbf16_ps(sum[r][v], (__m512bh)value, (__m512bh)weights[v]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < columns; ++v) {
      float* to = m.y + (row + r) * m.y_stride + v * 16;
      _mm512_store_ps(to, m.add ? _mm512_add_ps(_mm512_load_ps(to), sum[r][v]) : sum[r][v]);
    }
  }
}

inline void multiply_bf16(const Bf16Product& m) noexcept {
  for (int row = 0; row < m.rows; row += 32) {  // 32 = 5 * 6 + 2
    for (int r = 0; r < 30; r += 6) multiply_rows<6>(m, row + r);
    multiply_rows<2>(m, row + 30);
  }
}

inline constexpr Kernels table = {avx512::multiply_product, multiply_bf16,       avx512::to_bf16_all,
                                  avx512::lstm_gates,       avx512::sigmoid_all, avx512::tanh_all};
}  // namespace avx512_bf16
#include "numerics/target_end.inl"

#if defined(__linux__)  // the only system that lets a program ask for AMX
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,amx-tile,amx-bf16"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,amx-tile,amx-bf16")
#endif
namespace amx {
// The shapes of the eight tiles: 16 rows of 64 bytes each.
struct alignas(64) Tiles {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

// Tiles 0 to 3 are the sums of 32 rows by 32 columns, 4 and 5 are of x, and 6 and 7 are of the weights.
inline void multiply_bf16(const Bf16Product& m) noexcept {
  static constexpr Tiles tiles;
  _tile_loadconfig(&tiles);
  const std::size_t x_bytes = static_cast<std::size_t>(m.x_stride) * sizeof(std::uint16_t);
  const std::size_t y_bytes = static_cast<std::size_t>(m.y_stride) * sizeof(float);
  constexpr std::size_t weight_bytes = 2 * kBf16Columns * sizeof(std::uint16_t);
  for (int row = 0; row < m.rows; row += 32) {
    for (int column = 0; column < kBf16Columns; column += 32) {
      float* y = m.y + row * m.y_stride + column;
      if (m.add) {
        _tile_loadd(0, y, y_bytes);
        _tile_loadd(1, y + 16, y_bytes);
        _tile_loadd(2, y + 16 * m.y_stride, y_bytes);
        _tile_loadd(3, y + 16 * m.y_stride + 16, y_bytes);
      } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
      }
      const std::uint16_t* x = m.x + row * m.x_stride;
      const std::uint16_t* w = m.weights + 2 * column;
      for (int k = 0; k < m.inputs; k += 32, x += 32, w += 32 * kBf16Columns) {
        _tile_loadd(6, w, weight_bytes);
        _tile_loadd(7, w + 32, weight_bytes);
        _tile_loadd(4, x, x_bytes);
        _tile_loadd(5, x + 16 * m.x_stride, x_bytes);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
      }
      _tile_stored(0, y, y_bytes);
      _tile_stored(1, y + 16, y_bytes);
      _tile_stored(2, y + 16 * m.y_stride, y_bytes);
      _tile_stored(3, y + 16 * m.y_stride + 16, y_bytes);
    }
  }
  _tile_release();
}

inline constexpr Kernels table = {avx512::multiply_product, multiply_bf16,       avx512::to_bf16_all,
                                  avx512::lstm_gates,       avx512::sigmoid_all, avx512::tanh_all};
}  // namespace amx
#include "numerics/target_end.inl"

// Whether the processor has AMX, and the system grants this process its registers, which it keeps for each thread from then on.
bool has_amx() noexcept {
  constexpr long ask_for_feature = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long tile_data = 18;            // XFEATURE_XTILEDATA
  static const bool granted = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    constexpr unsigned amx_bf16 = 1U << 22, amx_tile = 1U << 24;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & amx_bf16) == 0 || (d & amx_tile) == 0) return false;
    return syscall(SYS_arch_prctl, ask_for_feature, tile_data) == 0;
  }();
  return granted;
}
#endif
#endif

}  // namespace

bool supported(Isa isa) noexcept {
#if defined(__x86_64__)
#if defined(__linux__)
  if (isa == Isa::amx) return supported(Isa::avx512) && has_amx();
#endif
  if (isa == Isa::avx512_bf16) return supported(Isa::avx512) && __builtin_cpu_supports("avx512bf16") != 0;
  if (isa == Isa::avx512) {
    return supported(Isa::avx2) && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
           __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0;
  }
  if (isa == Isa::avx2) return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
#endif
  return isa == Isa::baseline;
}

Isa best_isa() noexcept {
  static const Isa best = *std::find_if(std::rbegin(kIsas), std::rend(kIsas), [](Isa isa) { return isa != Isa::amx && supported(isa); });
  return best;
}

Isa best_bf16_isa() noexcept {
  return supported(Isa::amx) ? Isa::amx : best_isa();
}

bool has_fast_bf16() noexcept {
  if (supported(Isa::amx)) return true;
#if defined(__x86_64__)
  return supported(Isa::avx512_bf16) && __builtin_cpu_is("intel") == 0;
#else
  return false;
#endif
}

const Kernels& kernels(Isa isa) {
  if (!supported(isa)) throw ArgumentError("engine: this processor lacks the requested instructions; leave the choice to best_isa()");
#if defined(__x86_64__)
#if defined(__linux__)
  if (isa == Isa::amx) return amx::table;
#endif
  if (isa == Isa::avx512_bf16) return avx512_bf16::table;
  if (isa == Isa::avx512) return avx512::table;
  if (isa == Isa::avx2) return avx2::table;
#endif
  return baseline::table;
}

}  // namespace musicvae::numerics

#include "musicvae/numerics/kernels.hpp"

#include <cstdint>

#include "musicvae/error.hpp"

namespace musicvae::numerics {
namespace {

namespace baseline {
inline constexpr int lanes = 4;
inline constexpr int many_panels = 1;
inline constexpr int many_rows = 3;
#include "numerics/kernels.inl"
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
#include "numerics/kernels.inl"
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
#include "numerics/kernels.inl"
}  // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

}  // namespace

bool supported(Isa isa) noexcept {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return __builtin_cpu_supports("avx512f") != 0;
  if (isa == Isa::avx2) return __builtin_cpu_supports("avx2") != 0;
#endif
  return isa == Isa::baseline;
}

Isa best_isa() noexcept {
  if (supported(Isa::avx512)) return Isa::avx512;
  if (supported(Isa::avx2)) return Isa::avx2;
  return Isa::baseline;
}

const Kernels& kernels(Isa isa) {
  if (!supported(isa)) throw ArgumentError("engine: this processor lacks the requested instructions; leave the choice to best_isa()");
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::table;
  if (isa == Isa::avx2) return avx2::table;
#endif
  return baseline::table;
}

}  // namespace musicvae::numerics

// The layouts that the kernels read: rows of activations and packed matrices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include "musicvae/numerics/kernels.hpp"

namespace musicvae::numerics {

/// Allocates memory aligned to cache lines. (The alignment of Eigen's own matrices depends on the instruction set that the including
/// program is compiled for, so a plug-in built for AVX and a library built without it would disagree. Here Eigen maps memory and owns
/// none.)
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};
  CacheLineAllocator() = default;
  template <class U>
  CacheLineAllocator(const CacheLineAllocator<U>&) noexcept {}  // NOLINT(google-explicit-constructor): allocators convert
  [[nodiscard]] T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kAlignment)); }
  void deallocate(T* memory, std::size_t) noexcept { ::operator delete(memory, kAlignment); }
  friend bool operator==(const CacheLineAllocator&, const CacheLineAllocator&) = default;
};
/// Floats that begin at a cache line, as the kernels require.
using AlignedFloats = std::vector<float, CacheLineAllocator<float>>;
/// IEEE halves that begin at a cache line.
using AlignedHalves = std::vector<std::uint16_t, CacheLineAllocator<std::uint16_t>>;

/// Rounds up to a multiple of a panel's width.
[[nodiscard]] constexpr int padded(int columns) {
  return (columns + kPanelWidth - 1) / kPanelWidth * kPanelWidth;
}

/// Rows of activations, each padded to a multiple of 16 floats. The padding stays 0 or does not matter. Wide rows are not a multiple of 1
/// KiB apart: the same columns of all rows would compete for a few lines of the L1 cache.
class Rows {
 public:
  Rows() = default;
  Rows(int rows, int columns)
      : stride_(padded(columns) + (columns > 0 && padded(columns) % 256 == 0 ? kPanelWidth : 0)),
        values_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(stride_)) {}
  [[nodiscard]] float* row(int r) { return values_.data() + static_cast<std::ptrdiff_t>(r) * stride_; }
  [[nodiscard]] const float* row(int r) const { return values_.data() + static_cast<std::ptrdiff_t>(r) * stride_; }
  [[nodiscard]] int stride() const { return stride_; }
  /// Zeroes the first `rows` rows.
  void clear(int rows);

 private:
  int stride_ = 0;
  AlignedFloats values_;
};

/// A matrix [inputs, columns] as panels [columns / 16][inputs][16]. The kernel reads it from front to back. Columns beyond the last are 0.
/// The weights are floats, of which those nearer to 0 than `kSmallest` are 0, or IEEE halves: half the memory to read.
struct PackedMatrix {
  int inputs = 0;
  int panels = 0;
  AlignedFloats values;  ///< empty if the weights are halves
  AlignedHalves halves;  ///< empty if the weights are floats
};

/// y = base + x W for `rows` rows of y, from row `first` on.
void multiply(const Kernels& kernels, const PackedMatrix& w, const float* x, std::ptrdiff_t x_stride, const float* base,
              std::ptrdiff_t base_stride, Rows& y, int rows, int first = 0) noexcept;

}  // namespace musicvae::numerics

// From a model file's tensors to what the kernels read: one function for each change of layout.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <new>
#include <string>
#include <vector>

#include "musicvae/engine/kernels.hpp"
#include "musicvae/model/weights.hpp"

namespace musicvae::engine {

/// Allocates on cache lines. (Eigen's own matrices align to what the including program was compiled for, so a plug-in built
/// for AVX and a library built without it would disagree; Eigen maps memory here and owns none.)
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t alignment{64};
  CacheLineAllocator() = default;
  template <class U>
  CacheLineAllocator(const CacheLineAllocator<U>&) noexcept {}  // NOLINT(google-explicit-constructor): allocators convert
  [[nodiscard]] T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), alignment)); }
  void deallocate(T* memory, std::size_t) noexcept { ::operator delete(memory, alignment); }
  friend bool operator==(const CacheLineAllocator&, const CacheLineAllocator&) = default;
};
/// Floats from the start of a cache line on, as the kernels want them.
using AlignedFloats = std::vector<float, CacheLineAllocator<float>>;

/// Row-major, as the model file has its kernels.
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
/// Somebody else's floats as such a matrix.
using ConstMatrixMap = Eigen::Map<const Matrix>;

/// Up to a multiple of a panel's width.
[[nodiscard]] constexpr int padded(int columns) {
  return (columns + panel_width - 1) / panel_width * panel_width;
}

/// Rows of activations, each padded to a multiple of 16 floats; the padding stays 0 or does not matter.
class Rows {
 public:
  Rows() = default;
  Rows(int rows, int columns) : stride_(padded(columns)), values_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(stride_)) {}
  [[nodiscard]] float* row(int r) { return values_.data() + static_cast<std::ptrdiff_t>(r) * stride_; }
  [[nodiscard]] const float* row(int r) const { return values_.data() + static_cast<std::ptrdiff_t>(r) * stride_; }
  [[nodiscard]] int stride() const { return stride_; }
  /// Zeroes the first `rows` rows.
  void clear(int rows) { std::fill_n(values_.data(), static_cast<std::size_t>(rows) * static_cast<std::size_t>(stride_), 0.0F); }

 private:
  int stride_ = 0;
  AlignedFloats values_;
};

/// A matrix [inputs, columns] as panels [columns / 16][inputs][16]: the kernel reads it from front to back. Columns beyond the
/// last are 0. Weights below `smallest` become 0.
struct PackedMatrix {
  int inputs = 0;
  int panels = 0;
  AlignedFloats values;
};

/// Packs a matrix, which may be a block of rows of another one.
[[nodiscard]] inline PackedMatrix pack(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& matrix) {
  PackedMatrix packed;
  packed.inputs = static_cast<int>(matrix.rows());
  packed.panels = padded(static_cast<int>(matrix.cols())) / panel_width;
  packed.values.resize(static_cast<std::size_t>(packed.panels) * static_cast<std::size_t>(packed.inputs) * panel_width);
  float* to = packed.values.data();
  for (int p = 0; p < packed.panels; ++p) {
    const Eigen::Index first = static_cast<Eigen::Index>(p) * panel_width;
    const Eigen::Index width = std::min<Eigen::Index>(panel_width, matrix.cols() - first);
    for (Eigen::Index k = 0; k < matrix.rows(); ++k, to += panel_width) {
      for (Eigen::Index j = 0; j < width; ++j) {
        const float weight = matrix(k, first + j);
        to[j] = std::abs(weight) < smallest ? 0.0F : weight;
      }
    }
  }
  return packed;
}

/// [rows, 4 units] in TensorFlow's blocks i, c~, f, o -> the same blocks, each padded to a multiple of 16 columns, so that a
/// unit's four gates stand at the same place of four whole panels.
[[nodiscard]] inline Matrix pad_gates(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& gates, int units) {
  Matrix result = Matrix::Zero(gates.rows(), 4 * padded(units));
  for (int gate = 0; gate < 4; ++gate) result.middleCols(gate * padded(units), units) = gates.middleCols(gate * units, units);
  return result;
}

/// A vector as an aligned, padded row.
[[nodiscard]] inline AlignedFloats pad_row(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& row) {
  AlignedFloats result(static_cast<std::size_t>(padded(static_cast<int>(row.cols()))));
  std::copy_n(row.data(), row.cols(), result.begin());
  return result;
}

/// A tensor of checked weights as a matrix; a vector is one row.
[[nodiscard]] inline ConstMatrixMap matrix_of(const Weights& weights, const std::string& name) {
  const Tensor& tensor = weights.at(name);
  const std::int64_t columns = tensor.shape.back();
  return {tensor.values.data(), static_cast<std::int64_t>(tensor.values.size()) / columns, columns};
}

/// y = base + x W for `rows` rows.
inline void multiply(const Kernels& kernels, const PackedMatrix& w, const float* x, std::ptrdiff_t x_stride, const float* base,
                     std::ptrdiff_t base_stride, Rows& y, int rows) noexcept {
  kernels.multiply({.weights = w.values.data(),
                    .inputs = w.inputs,
                    .panels = w.panels,
                    .x = x,
                    .x_stride = x_stride,
                    .base = base,
                    .base_stride = base_stride,
                    .y = y.row(0),
                    .y_stride = y.stride(),
                    .rows = rows});
}

}  // namespace musicvae::engine

// Converts the tensors of a model file to the layouts that the kernels read.
#pragma once

#include <Eigen/Core>
#include <string>

#include "musicvae/model/tensor.hpp"
#include "musicvae/numerics/layout.hpp"

namespace musicvae::engine {

/// Row-major, as the kernels in the model file.
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Rows of a tensor, as a matrix. A vector is one row.
class MatrixRows {
 public:
  /// All rows of a tensor of checked weights.
  MatrixRows(const Weights& weights, const std::string& name);

  /// `count` of the rows, from `first` on.
  [[nodiscard]] MatrixRows rows(int first, int count) const;

  [[nodiscard]] const TensorValues& values() const { return *values_; }
  [[nodiscard]] int first() const { return first_; }
  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] int columns() const { return columns_; }

 private:
  const TensorValues* values_;
  int first_ = 0;
  int count_;
  int columns_;
};

/// Packs a matrix. If its columns are `blocks` blocks of the same width, each is padded to a multiple of 16 columns, and panels of
/// different blocks alternate: the gates i, c~, f and o of 16 units are then four panels side by side. Halves stay halves.
[[nodiscard]] numerics::PackedMatrix pack(const MatrixRows& matrix, int blocks = 1);

/// The same for floats.
[[nodiscard]] numerics::PackedMatrix pack(const Matrix& matrix);

/// A vector as an aligned row of floats. Its blocks are padded as those of pack().
[[nodiscard]] numerics::AlignedFloats pad_row(const MatrixRows& row, int blocks = 1);

}  // namespace musicvae::engine

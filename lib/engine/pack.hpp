// From a model file's tensors to what the kernels read: one function for each change of layout.
#pragma once

#include <Eigen/Core>
#include <string>

#include "musicvae/engine/layout.hpp"
#include "musicvae/model/weights.hpp"

namespace musicvae::engine {

/// Row-major, as the model file has its kernels.
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
/// Somebody else's floats as such a matrix.
using ConstMatrixMap = Eigen::Map<const Matrix>;

/// Packs a matrix, which may be a block of rows of another one.
[[nodiscard]] PackedMatrix pack(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& matrix);

/// [rows, 4 units] in TensorFlow's blocks i, c~, f, o -> the same blocks, each padded to a multiple of 16 columns, so that a
/// unit's four gates stand at the same place of four whole panels.
[[nodiscard]] Matrix pad_gates(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& gates, int units);

/// A vector as an aligned, padded row.
[[nodiscard]] AlignedFloats pad_row(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& row);

/// A tensor of checked weights as a matrix; a vector is one row.
[[nodiscard]] ConstMatrixMap matrix_of(const Weights& weights, const std::string& name);

}  // namespace musicvae::engine

// Converts the tensors of a model file to the layouts that the kernels read: one function per change of layout.
#pragma once

#include <Eigen/Core>
#include <string>

#include "musicvae/engine/layers.hpp"
#include "musicvae/model/weights.hpp"

namespace musicvae::engine {

/// Row-major, as the kernels in the model file.
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
/// A view of floats that the caller keeps alive, as such a matrix.
using ConstMatrixMap = Eigen::Map<const Matrix>;

/// Packs a matrix, which may be a block of rows of another matrix.
[[nodiscard]] PackedMatrix pack(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& matrix);

/// [rows, 4 units] in TensorFlow's blocks i, c~, f, o -> the same blocks, each padded to a multiple of 16 columns, so that the four gates
/// of a unit are at the same position of four whole panels.
[[nodiscard]] Matrix pad_gates(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& gates, int units);

/// A vector as an aligned, padded row.
[[nodiscard]] AlignedFloats pad_row(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& row);

/// A tensor of checked weights as a matrix; a vector is one row.
[[nodiscard]] ConstMatrixMap matrix_of(const Weights& weights, const std::string& name);

}  // namespace musicvae::engine

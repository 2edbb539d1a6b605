#include "engine/pack.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace musicvae::engine {

PackedMatrix pack(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& matrix) {
  PackedMatrix packed;
  packed.inputs = static_cast<int>(matrix.rows());
  packed.panels = padded(static_cast<int>(matrix.cols())) / numerics::kPanelWidth;
  packed.values.resize(static_cast<std::size_t>(packed.panels) * static_cast<std::size_t>(packed.inputs) * numerics::kPanelWidth);
  float* to = packed.values.data();
  for (int p = 0; p < packed.panels; ++p) {
    const Eigen::Index first = static_cast<Eigen::Index>(p) * numerics::kPanelWidth;
    const Eigen::Index width = std::min<Eigen::Index>(numerics::kPanelWidth, matrix.cols() - first);
    for (Eigen::Index k = 0; k < matrix.rows(); ++k, to += numerics::kPanelWidth) {
      for (Eigen::Index j = 0; j < width; ++j) {
        const float weight = matrix(k, first + j);
        to[j] = std::abs(weight) < numerics::kSmallest ? 0.0F : weight;
      }
    }
  }
  return packed;
}

Matrix pad_gates(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& gates, int units) {
  Matrix result = Matrix::Zero(gates.rows(), 4 * padded(units));
  for (int gate = 0; gate < 4; ++gate) result.middleCols(gate * padded(units), units) = gates.middleCols(gate * units, units);
  return result;
}

AlignedFloats pad_row(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& row) {
  AlignedFloats result(static_cast<std::size_t>(padded(static_cast<int>(row.cols()))));
  std::copy_n(row.data(), row.cols(), result.begin());
  return result;
}

ConstMatrixMap matrix_of(const Weights& weights, const std::string& name) {
  const Tensor& tensor = weights.at(name);
  const std::int64_t columns = tensor.shape.back();
  return {tensor.values.data(), static_cast<std::int64_t>(tensor.values.size()) / columns, columns};
}

}  // namespace musicvae::engine

#include "engine/pack.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "musicvae/model/safetensors.hpp"

namespace musicvae::engine {

namespace {

using MatrixRef = Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>;

bool is_half(float value) {
  return from_half(to_half(value)) == value;
}

bool all_halves(const MatrixRef& matrix) {
  for (Eigen::Index k = 0; k < matrix.rows(); ++k) {
    const float* row = matrix.data() + k * matrix.outerStride();
    if (!std::all_of(row, row + matrix.cols(), is_half)) return false;
  }
  return true;
}

// Fills the panels with `convert(weight)`. The columns beyond the last stay 0.
template <class Numbers, class Convert>
void fill_panels(const MatrixRef& matrix, int panels, Numbers& numbers, const Convert& convert) {
  numbers.resize(static_cast<std::size_t>(panels) * static_cast<std::size_t>(matrix.rows()) * numerics::kPanelWidth);
  auto* to = numbers.data();
  for (int p = 0; p < panels; ++p) {
    const Eigen::Index first = static_cast<Eigen::Index>(p) * numerics::kPanelWidth;
    const Eigen::Index width = std::min<Eigen::Index>(numerics::kPanelWidth, matrix.cols() - first);
    for (Eigen::Index k = 0; k < matrix.rows(); ++k, to += numerics::kPanelWidth) {
      const float* from = matrix.data() + k * matrix.outerStride() + first;
      std::transform(from, from + width, to, convert);
    }
  }
}

}  // namespace

PackedMatrix pack(const MatrixRef& matrix) {
  PackedMatrix packed;
  packed.inputs = static_cast<int>(matrix.rows());
  packed.panels = padded(static_cast<int>(matrix.cols())) / numerics::kPanelWidth;
  if (matrix.size() == 0) return packed;
  if (all_halves(matrix)) {
    fill_panels(matrix, packed.panels, packed.halves, to_half);
  } else {
    fill_panels(matrix, packed.panels, packed.values, [](float weight) { return std::abs(weight) < numerics::kSmallest ? 0.0F : weight; });
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

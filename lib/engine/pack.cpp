#include "engine/pack.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace musicvae::engine {
namespace {

using numerics::AlignedFloats;
using numerics::kPanelWidth;
using numerics::PackedMatrix;
using numerics::padded;

// Whether halves stay halves. WebAssembly has no instruction that widens them: it would take longer than to multiply them where that is
// one instruction.
#if defined(__wasm_relaxed_simd__)
constexpr bool keeps_halves = false;
#else
constexpr bool keeps_halves = true;
#endif

// Fills panels from rows of `columns` numbers, which may be unaligned. The padding stays 0.
template <class Numbers>
void fill_panels(const std::byte* rows, int count, int columns, int blocks, Numbers& numbers) {
  using Number = typename Numbers::value_type;
  const int width = columns / blocks;
  const std::size_t row_bytes = static_cast<std::size_t>(columns) * sizeof(Number);
  numbers.resize(static_cast<std::size_t>(blocks) * static_cast<std::size_t>(padded(width)) * static_cast<std::size_t>(count));
  if (count == 0) return;
  Number* to = numbers.data();
  for (int column = 0; column < width; column += kPanelWidth) {
    for (int block = 0; block < blocks; ++block) {
      const std::size_t bytes = static_cast<std::size_t>(std::min(kPanelWidth, width - column)) * sizeof(Number);
      const std::byte* from = rows + static_cast<std::size_t>(block * width + column) * sizeof(Number);
      for (int k = 0; k < count; ++k, from += row_bytes, to += kPanelWidth) std::memcpy(to, from, bytes);
    }
  }
}

PackedMatrix unfilled(int count, int columns, int blocks) {
  return {.inputs = count, .panels = blocks * padded(columns / blocks) / kPanelWidth, .values = {}, .halves = {}};
}

PackedMatrix pack_floats(const std::byte* rows, int count, int columns, int blocks) {
  PackedMatrix packed = unfilled(count, columns, blocks);
  fill_panels(rows, count, columns, blocks, packed.values);
  for (float& weight : packed.values) weight = std::abs(weight) < numerics::kSmallest ? 0.0F : weight;
  return packed;
}

// Halves, which may be unaligned, as floats: exactly.
std::vector<float> widen(const std::byte* halves, std::size_t count) {
  std::vector<float> floats(count);
  for (float& to : floats) {
    std::uint16_t half = 0;
    std::memcpy(&half, halves, sizeof(half));
    halves += sizeof(half);
    to = from_half(half);
  }
  return floats;
}

}  // namespace

MatrixRows::MatrixRows(const Weights& weights, const std::string& name) {
  const Tensor& tensor = weights.at(name);
  values_ = &tensor.values;
  columns_ = static_cast<int>(tensor.shape.back());
  count_ = static_cast<int>(tensor.values.size()) / columns_;
}

MatrixRows MatrixRows::rows(int first, int count) const {
  MatrixRows result = *this;
  result.first_ += first;
  result.count_ = count;
  return result;
}

PackedMatrix pack(const MatrixRows& matrix, int blocks) {
  const TensorValues& values = matrix.values();
  const std::byte* rows = values.bytes().data() +
                          static_cast<std::size_t>(matrix.first()) * static_cast<std::size_t>(matrix.columns()) * size_of(values.dtype());
  if (values.dtype() == Dtype::f32) return pack_floats(rows, matrix.count(), matrix.columns(), blocks);
  PackedMatrix packed = unfilled(matrix.count(), matrix.columns(), blocks);
  if (keeps_halves) {
    fill_panels(rows, matrix.count(), matrix.columns(), blocks, packed.halves);
  } else {
    const std::vector<float> widened = widen(rows, static_cast<std::size_t>(matrix.count()) * static_cast<std::size_t>(matrix.columns()));
    fill_panels(reinterpret_cast<const std::byte*>(widened.data()), matrix.count(), matrix.columns(), blocks, packed.values);
  }
  return packed;
}

PackedMatrix pack(const Matrix& matrix) {
  return pack_floats(reinterpret_cast<const std::byte*>(matrix.data()), static_cast<int>(matrix.rows()), static_cast<int>(matrix.cols()),
                     1);
}

AlignedFloats pad_row(const MatrixRows& row, int blocks) {
  const std::vector<float> values = row.values().floats();
  AlignedFloats result;
  fill_panels(reinterpret_cast<const std::byte*>(values.data()), 1, row.columns(), blocks, result);
  return result;
}

}  // namespace musicvae::engine

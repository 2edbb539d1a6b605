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
constexpr bool kKeepsHalves = false;
#else
constexpr bool kKeepsHalves = true;
#endif

// Copies numbers of a file, which may be unaligned.
constexpr auto copy = [](const std::byte* from, int count, auto* to) {
  std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(*to));
};

// The same for halves that become floats, exactly.
constexpr auto widen = [](const std::byte* from, int count, float* to) {
  for (int i = 0; i < count; ++i, from += sizeof(std::uint16_t)) {
    std::uint16_t half = 0;
    std::memcpy(&half, from, sizeof(half));
    to[i] = from_half(half);
  }
};

// Fills panels from rows of `columns` numbers of `size` bytes, which `copies` copies. The padding stays 0.
template <class Numbers, class Copy>
void fill_panels(const std::byte* rows, int count, int columns, int blocks, std::size_t size, Numbers& numbers, Copy copies) {
  const int width = columns / blocks;
  const std::size_t row_bytes = static_cast<std::size_t>(columns) * size;
  numbers.resize(static_cast<std::size_t>(blocks) * static_cast<std::size_t>(padded(width)) * static_cast<std::size_t>(count));
  if (count == 0) return;
  auto* to = numbers.data();
  for (int column = 0; column < width; column += kPanelWidth) {
    for (int block = 0; block < blocks; ++block) {
      const int used = std::min(kPanelWidth, width - column);
      const std::byte* from = rows + static_cast<std::size_t>(block * width + column) * size;
      for (int k = 0; k < count; ++k, from += row_bytes, to += kPanelWidth) copies(from, used, to);
    }
  }
}

PackedMatrix unfilled(int count, int columns, int blocks) {
  return {.inputs = count, .panels = blocks * padded(columns / blocks) / kPanelWidth, .values = {}, .halves = {}};
}

PackedMatrix pack_floats(const std::byte* rows, int count, int columns, int blocks) {
  PackedMatrix packed = unfilled(count, columns, blocks);
  fill_panels(rows, count, columns, blocks, sizeof(float), packed.values, copy);
  for (float& weight : packed.values) weight = std::abs(weight) < numerics::kSmallest ? 0.0F : weight;
  return packed;
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
  if (kKeepsHalves) {
    fill_panels(rows, matrix.count(), matrix.columns(), blocks, sizeof(std::uint16_t), packed.halves, copy);
  } else {
    fill_panels(rows, matrix.count(), matrix.columns(), blocks, sizeof(std::uint16_t), packed.values, widen);
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
  fill_panels(reinterpret_cast<const std::byte*>(values.data()), 1, row.columns(), blocks, sizeof(float), result, copy);
  return result;
}

}  // namespace musicvae::engine

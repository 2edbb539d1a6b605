// The layout of one layer's matrices in the fused LSTM, and the conversions to and from it; lstm_fused.cpp has a drawing.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include <torch/torch.h>

#include "dropout_mask.hpp"
#include "lstm_kernels.hpp"

namespace musicvae::train::fused {

constexpr std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

// The sizes of one layer, its inputs, and everything that the forward pass keeps for the backward pass.
struct Layer {
  std::int64_t steps = 0, windows = 0, inputs = 0, constants = 0, units = 0;
  std::int64_t constant_at = 0;  // columns of x before the constants; all of them if there are no constants
  std::int64_t rows = 0;         // windows, rounded up
  std::int64_t padded = 0;       // units, rounded up
  std::int64_t columns = 0;      // K
  Storage storage = Storage::fp32;
  bool learns = false;  // keeps G of every step
  bool row_bias = false;
  bool outputs = true;
  bool need_x = false, need_constant = false;
  DropoutKey key;
  std::shared_ptr<ElementNumbers> numbers;

  at::Tensor x, constant, kernel, bias;
  at::Tensor packed_bias;  // [4 * padded], or one row per window
  at::Tensor xh, c, g, y;
  at::Tensor packed;  // W in blocks

  [[nodiscard]] std::int64_t gates() const { return 4 * padded; }
  [[nodiscard]] std::int64_t blocks() const { return padded / block_units; }
  [[nodiscard]] std::int64_t width() const { return inputs + constants; }
  [[nodiscard]] std::int64_t first_constant() const { return padded; }
  [[nodiscard]] std::int64_t first_x() const { return padded + constants; }
  [[nodiscard]] std::int64_t ones() const { return padded + constants + inputs; }
  // The kernel's row for a column of XH; -1 if the column has none.
  [[nodiscard]] std::int64_t kernel_row(std::int64_t column) const {
    if (column < units) return width() + column;
    if (column < padded) return -1;
    column -= padded;
    if (column < constants) return constant_at + column;
    column -= constants;
    if (column < inputs) return column < constant_at ? column : column + constants;
    return -1;
  }
  // The number of XH columns whose gradients are wanted: always h, then the constants, then x.
  [[nodiscard]] std::int64_t wanted_columns() const { return need_x ? ones() : need_constant ? first_x() : padded; }
  // The start of a block of C.
  [[nodiscard]] std::int64_t cell(std::int64_t t, std::int64_t block, std::int64_t row) const {
    return ((t * blocks() + block) * rows + row) * block_units;
  }
  // The start of a block of G.
  [[nodiscard]] std::int64_t gate(std::int64_t t, std::int64_t block, std::int64_t row) const {
    return learns ? ((block * steps + t) * rows + row) * block_width : (block * rows + row) * block_width;
  }
};

template <class Number>
Number* data(const at::Tensor& tensor) {
  return static_cast<Number*>(tensor.data_ptr());
}

// 16 columns of a kernel row per gate, as one row of a block, for the units from 16 * block on.
struct BlockRow {
  const Layer& layer;
  const float* kernel;

  void read(std::int64_t column, std::int64_t block, float* to) const {
    std::fill_n(to, block_width, 0.0F);
    const std::int64_t row = layer.kernel_row(column);
    if (row < 0) return;
    const std::int64_t count = std::min<std::int64_t>(block_units, layer.units - block * block_units);
    for (std::int64_t gate = 0; gate < 4; ++gate) {
      std::copy_n(kernel + (row * 4 + gate) * layer.units + block * block_units, count, to + gate * block_units);
    }
  }
};

// Rows r and r + 1 of a right-hand matrix [rows, 64].
template <class Number>
void put_two_rows(Number* matrix, std::int64_t r, const float* a, const float* b, Storage storage) {
  Number* to = matrix + r * block_width;
  for (int i = 0; i < block_width; ++i) {
    if (storage == Storage::bf16) {
      to[2 * i] = static_cast<Number>(a[i]);
      to[2 * i + 1] = static_cast<Number>(b[i]);
    } else {
      to[i] = static_cast<Number>(a[i]);
      to[block_width + i] = static_cast<Number>(b[i]);
    }
  }
}

// W [blocks][K, 64].
template <class Number>
void pack_kernel(Layer& layer) {
  const at::Tensor kernel = layer.kernel.contiguous();
  layer.packed = at::empty({layer.blocks(), layer.columns, block_width}, layer.xh.options());
  const BlockRow source{layer, kernel.const_data_ptr<float>()};
  at::parallel_for(0, layer.blocks(), 1, [&](std::int64_t first, std::int64_t last) {
    float a[block_width];
    float b[block_width];
    for (std::int64_t block = first; block < last; ++block) {
      Number* to = data<Number>(layer.packed) + block * layer.columns * block_width;
      for (std::int64_t k = 0; k < layer.columns; k += 2) {
        source.read(k, block, a);
        source.read(k + 1, block, b);
        put_two_rows(to, k, a, b, layer.storage);
      }
    }
  });
}

// W^T for the backward pass: [wanted columns / 64][4 * padded, 64].
template <class Number>
at::Tensor pack_transposed_kernel(const Layer& layer) {
  const at::Tensor kernel = layer.kernel.contiguous();
  const std::int64_t strips = (layer.wanted_columns() + block_width - 1) / block_width;
  at::Tensor packed = at::empty({strips, layer.gates(), block_width}, layer.xh.options());
  const BlockRow source{layer, kernel.const_data_ptr<float>()};
  at::parallel_for(0, strips, 1, [&](std::int64_t first, std::int64_t last) {
    float square[block_width][block_width];
    float lines[2][block_width];
    for (std::int64_t strip = first; strip < last; ++strip) {
      Number* to = data<Number>(packed) + strip * layer.gates() * block_width;
      for (std::int64_t block = 0; block < layer.blocks(); ++block) {
        for (std::int64_t q = 0; q < block_width; ++q) source.read(strip * block_width + q, block, square[q]);
        for (std::int64_t k = 0; k < block_width; k += 2) {
          for (std::int64_t q = 0; q < block_width; ++q) {
            lines[0][q] = square[q][k];
            lines[1][q] = square[q][k + 1];
          }
          put_two_rows(to, block * block_width + k, lines[0], lines[1], layer.storage);
        }
      }
    }
  });
  return packed;
}

// Bias rows in block order, with the forget gate's +1.
inline at::Tensor pack_bias(const Layer& layer) {
  const std::int64_t count = layer.row_bias ? layer.windows : 1;
  const at::Tensor source = layer.bias.contiguous();
  at::Tensor packed = at::zeros({layer.row_bias ? layer.rows : 1, layer.gates()}, source.options());
  for (std::int64_t row = 0; row < count; ++row) {
    const float* from = source.const_data_ptr<float>() + row * 4 * layer.units;
    float* to = packed.data_ptr<float>() + row * layer.gates();
    for (std::int64_t gate = 0; gate < 4; ++gate) {
      for (std::int64_t unit = 0; unit < layer.units; ++unit) {
        to[unit / block_units * block_width + gate * block_units + unit % block_units] =
            from[gate * layer.units + unit] + (gate == 2 ? 1.0F : 0.0F);
      }
    }
  }
  return packed;
}

// Converts [rows, 4 * padded] in block order back to the order of kernels, [rows, 4 * units].
inline at::Tensor unpack_gates(const Layer& layer, const at::Tensor& packed) {
  return packed.reshape({-1, layer.blocks(), 4, block_units})
      .transpose(1, 2)
      .reshape({-1, 4, layer.padded})
      .slice(2, 0, layer.units)
      .reshape({-1, 4 * layer.units});
}

// Convert [rows, padded] to [blocks][rows, 16] and back.
inline at::Tensor to_blocks(const Layer& layer, const at::Tensor& state) {
  return state.view({layer.rows, layer.blocks(), block_units}).transpose(0, 1).contiguous();
}
inline at::Tensor from_blocks(const Layer& layer, const at::Tensor& state) {
  return state.transpose(0, 1).reshape({layer.rows, layer.padded});
}

}  // namespace musicvae::train::fused

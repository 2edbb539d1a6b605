// How the fused LSTM lays out one layer's matrices, and the ways there and back; lstm_fused.cpp has the drawing.
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

// One layer's sizes, what it was given, and what forward keeps for backward.
struct Layer {
  std::int64_t steps = 0, windows = 0, inputs = 0, constants = 0, units = 0;
  std::int64_t constant_at = 0;  // columns of x before the constants; all of them where there are none
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
  at::Tensor packed_bias;  // [4 * padded], or a row a window
  at::Tensor xh, c, g, y;
  at::Tensor packed;  // W by blocks

  [[nodiscard]] std::int64_t gates() const { return 4 * padded; }
  [[nodiscard]] std::int64_t blocks() const { return padded / block_units; }
  [[nodiscard]] std::int64_t width() const { return inputs + constants; }
  [[nodiscard]] std::int64_t first_constant() const { return padded; }
  [[nodiscard]] std::int64_t first_x() const { return padded + constants; }
  [[nodiscard]] std::int64_t ones() const { return padded + constants + inputs; }
  // The kernel's row for a column of XH; -1 for those that have none.
  [[nodiscard]] std::int64_t kernel_row(std::int64_t column) const {
    if (column < units) return width() + column;
    if (column < padded) return -1;
    column -= padded;
    if (column < constants) return constant_at + column;
    column -= constants;
    if (column < inputs) return column < constant_at ? column : column + constants;
    return -1;
  }
  // Columns of XH whose gradients are wanted: h always, then the constants, then x.
  [[nodiscard]] std::int64_t wanted_columns() const { return need_x ? ones() : need_constant ? first_x() : padded; }
  // Where a block of C begins.
  [[nodiscard]] std::int64_t cell(std::int64_t t, std::int64_t block, std::int64_t row) const {
    return ((t * blocks() + block) * rows + row) * block_units;
  }
  // Where a block of G begins.
  [[nodiscard]] std::int64_t gate(std::int64_t t, std::int64_t block, std::int64_t row) const {
    return learns ? ((block * steps + t) * rows + row) * block_width : (block * rows + row) * block_width;
  }
};

template <class Number>
Number* data(const at::Tensor& tensor) {
  return static_cast<Number*>(tensor.data_ptr());
}

// 16 columns of a kernel's row, gate by gate, as one row of a block: those of units from 16 * block on.
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
    if (storage == Storage::bf16_pairs) {
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

// W^T for the way back: [wanted columns / 64][4 * padded, 64].
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

// Bias rows in the order of the blocks, with the forget gate's +1.
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

// [rows, 4 * padded] in the order of the blocks, back to the order of kernels: [rows, 4 * units].
inline at::Tensor unpack_gates(const Layer& layer, const at::Tensor& packed) {
  return packed.reshape({-1, layer.blocks(), 4, block_units})
      .transpose(1, 2)
      .reshape({-1, 4, layer.padded})
      .slice(2, 0, layer.units)
      .reshape({-1, 4 * layer.units});
}

// [rows, padded] to [blocks][rows, 16] and back.
inline at::Tensor to_blocks(const Layer& layer, const at::Tensor& state) {
  return state.view({layer.rows, layer.blocks(), block_units}).transpose(0, 1).contiguous();
}
inline at::Tensor from_blocks(const Layer& layer, const at::Tensor& state) {
  return state.transpose(0, 1).reshape({layer.rows, layer.padded});
}

}  // namespace musicvae::train::fused

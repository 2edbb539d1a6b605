#include "musicvae/numerics/layout.hpp"

#include <algorithm>

namespace musicvae::numerics {

void Rows::clear(int rows) {
  std::fill_n(values_.data(), static_cast<std::size_t>(rows) * static_cast<std::size_t>(stride_), 0.0F);
}

void multiply(const Kernels& kernels, const PackedMatrix& w, const float* x, std::ptrdiff_t x_stride, const float* base,
              std::ptrdiff_t base_stride, Rows& y, int rows, int first) noexcept {
  kernels.multiply({.weights = w.halves.empty() ? w.values.data() : nullptr,
                    .halves = w.halves.data(),
                    .panel_stride = static_cast<std::ptrdiff_t>(w.inputs) * kPanelWidth,
                    .inputs = w.inputs,
                    .panels = w.panels,
                    .x = x,
                    .x_stride = x_stride,
                    .base = base,
                    .base_stride = base_stride,
                    .y = y.row(first),
                    .y_stride = y.stride(),
                    .rows = rows});
}

}  // namespace musicvae::numerics

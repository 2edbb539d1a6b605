// The loops of an encoder's level that do not depend on its precision: layers, directions, steps and sequences.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "engine/as_size.hpp"
#include "engine/encoder_level.hpp"

namespace musicvae::engine {

/// A level in one precision. `Cells` computes the steps of one direction of a layer for a batch:
///   typename Layer, with units and residual
///   start(layer, n)          the state becomes 0
///   together(n)              how many steps' inputs are multiplied at once
///   input(row, x, depth)     the input of sequence row % n at step row / n of these
///   multiply_inputs(rows)    once the inputs are there
///   step(first, n)           the next step, whose inputs begin at row `first`
///   h(b), fed(row)           the state of a sequence; with a projection, the cell's input
template <class Cells>
class LevelOf final : public EncoderLevel {
 public:
  using Layers = std::vector<std::array<typename Cells::Layer, 2>>;

  LevelOf(const Layers& layers, const LevelSizes& sizes, Cells cells) : layers_(layers), cells_(std::move(cells)) {
    int widest = 0;
    for (std::size_t l = 0; l + 1 < layers.size(); ++l) widest = std::max(widest, layers[l][0].units);
    for (std::size_t l = 0; l + 1 < layers.size() && l < between_.size(); ++l) {
      between_[l] = Rows(sizes.max_batch * sizes.max_steps, 2 * widest);
    }
    last_ = Rows(sizes.max_batch, 2 * layers.back()[0].units);
  }

  void encode(const Sequences& input, std::span<const int> lengths, int n, int steps) noexcept override {
    Sequences source = input;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      Rows* outputs = l + 1 < layers_.size() ? &between_[l % 2] : nullptr;  // only the last h of the top layer counts
      for (int direction = 0; direction < 2; ++direction)
        run(layers_[l][as_size(direction)], direction, source, lengths, n, steps, outputs);
      if (outputs != nullptr) source = {outputs->row(0), 2 * layers_[l][0].units, outputs->stride()};
    }
  }

 private:
  // Runs one direction of a layer over all steps. The backward direction reads each sequence from its own end, length - 1, length - 2, ...
  // (not from the end of the batch), as tf.reverse_sequence does. Rows of sequences that have ended are computed, too, and not used.
  void run(const typename Cells::Layer& layer, int direction, const Sequences& source, std::span<const int> lengths, int n, int steps,
           Rows* outputs) noexcept {
    const auto length = [&](int b) { return lengths.empty() ? steps : lengths[as_size(b)]; };
    const auto position = [&](int b, int s) { return static_cast<std::ptrdiff_t>(b) * steps + (direction == 0 ? s : length(b) - 1 - s); };
    const int longest = lengths.empty() ? steps : *std::max_element(lengths.begin(), lengths.end());
    cells_.start(layer, n);
    const int together = cells_.together(n);
    for (int begin = 0; begin < longest; begin += together) {
      const int count = std::min(together, longest - begin);
      for (int s = begin; s < begin + count; ++s) {
        for (int b = 0; b < n; ++b) {
          if (s < length(b)) cells_.input((s - begin) * n + b, source.values + position(b, s) * source.stride, source.depth);
        }
      }
      cells_.multiply_inputs(count * n);
      for (int s = begin; s < begin + count; ++s) {
        const int first = (s - begin) * n;
        cells_.step(first, n);
        for (int b = 0; b < n; ++b) {
          const float* h = cells_.h(b);
          if (outputs != nullptr && s < length(b)) {
            float* to = outputs->row(static_cast<int>(position(b, s))) + direction * layer.units;
            if (layer.residual) {  // all residual layers of an encoder have a projection
              std::transform(h, h + layer.units, cells_.fed(first + b), to, std::plus<>());
            } else {
              std::copy_n(h, layer.units, to);
            }
          } else if (outputs == nullptr && s == length(b) - 1) {
            std::copy_n(h, layer.units, last_.row(b) + direction * layer.units);
          }
        }
      }
    }
  }

  const Layers& layers_;
  Cells cells_;
  std::array<Rows, 2> between_;  // outputs [n * steps, 2 units] of a layer below another one
};

/// The widest input and the most units of a level's layers.
template <class Layers>
[[nodiscard]] std::pair<int, int> widest_of(const Layers& layers, int input_depth) {
  int units = 0;
  for (const auto& layer : layers) units = std::max(units, layer[0].units);
  return {layers.size() > 1 ? std::max(input_depth, 2 * units) : input_depth, units};
}

}  // namespace musicvae::engine

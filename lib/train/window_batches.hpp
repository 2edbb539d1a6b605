// Windows of a prepared set to a batch of the model, and a whole split through it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/data/window_set.hpp"
#include "musicvae/train/metrics.hpp"
#include "musicvae/train/music_vae.hpp"
#include "ranks.hpp"

namespace musicvae::train {

/// A window's place in a time-major batch [steps, n, depth].
struct BatchColumn {
  float* batch = nullptr;
  std::size_t n = 0;
  std::size_t column = 0;

  /// `depth` floats: the window's step `t`.
  [[nodiscard]] float* row(std::size_t t, std::size_t depth) const { return batch + (t * n + column) * depth; }
};

/// Puts a window in its place. Throws ArgumentError when the set has no such window.
void write_window(const data::WindowSet& windows, std::size_t index, const BatchColumn& to);

/// The windows [n, steps, depth] side by side in time: [steps, n, depth] on `device`, as input and as target.
[[nodiscard]] Batch make_batch(const data::WindowSet& windows, std::span<const std::size_t> indices, torch::Device device);

/// A pass without dropout over `indices`, `batch` at a time on each process, with eps = 0 and with eps drawn from a seed that never
/// changes. Each process does its part of every batch; all get the same metrics.
[[nodiscard]] ValidationMetrics validate(MusicVae& model, const data::WindowSet& windows, std::span<const std::size_t> indices, int batch,
                                         torch::Device device, const Ranks& ranks);

/// The loss and all its terms, to be changed in place.
[[nodiscard]] std::vector<double*> figures(LossTerms& terms);

/// A generator of LibTorch on `device`.
[[nodiscard]] at::Generator make_generator(torch::Device device, std::uint64_t seed);

}  // namespace musicvae::train

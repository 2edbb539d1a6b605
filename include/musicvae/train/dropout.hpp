// Dropout on the inputs of LSTM cells: inverted, with a fresh mask at every step, as Magenta's DropoutWrapper does it.
#pragma once

#include <cstdint>
#include <optional>

#include <torch/torch.h>

namespace musicvae::train {

/// Where in a model, and where in the windows, an input stands: what its mask depends on besides the seed.
struct DropoutSite {
  static constexpr int conductor = 1000;  ///< `layer` of the conductor's first layer; the encoder's count from 0
  static constexpr int decoder = 2000;    ///< of the decoder's first layer

  int layer = 0;                ///< a number of its own for every layer input of the model
  std::int64_t first_step = 0;  ///< the window's step that the input's first one is
  std::int64_t segments = 1;    ///< the batch is this many subsequences of the windows: all windows' first ones, then all second ones, ...
};

/// Keeps each element with probability `keep` and divides it by `keep`. With keep 1 it passes everything.
///
/// On the CPU a mask is a hash of (seed, layer, step, window, column): the same on every machine, with any number of threads, and for a
/// window wherever in the batch, or on which of several machines, it is learned. On a GPU it comes from `generator`.
struct Dropout {
  double keep = 1.0;
  std::uint64_t seed = 0;
  std::int64_t first_window = 0;  ///< the batch's first window in the global batch,
  std::int64_t all_windows = 0;   ///< which has so many; 0: as many as the batch
  std::optional<at::Generator> generator = std::nullopt;

  /// x [T, B * segments, width] with its mask.
  [[nodiscard]] torch::Tensor operator()(const torch::Tensor& x, const DropoutSite& site) const;
};

}  // namespace musicvae::train

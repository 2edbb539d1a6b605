// Inverted dropout on the inputs of LSTM cells, with a fresh mask at every step, as in Magenta's DropoutWrapper.
#pragma once

#include <cstdint>
#include <optional>

#include <torch/torch.h>

namespace musicvae::train {

/// The position of an input in the model and in the windows. With the seed, it determines the mask.
struct DropoutSite {
  static constexpr int kConductor = 1000;  ///< `layer` of the conductor's first layer; the encoder's layers count from 0
  static constexpr int kDecoder = 2000;    ///< `layer` of the decoder's first layer

  int layer = 0;                ///< unique for every layer input of the model
  std::int64_t first_step = 0;  ///< the window's step at which the input begins
  std::int64_t segments = 1;    ///< number of subsequences per window in the batch: the first ones of all windows, then all second ones,
                                ///< ...
};

/// Keeps each element with probability `keep` and divides it by `keep`. With keep = 1 everything passes unchanged.
///
/// On the CPU a mask is a hash of (seed, layer, step, window, column). It is the same on every machine and with any number of threads. It
/// also does not depend on the window's place in the batch or on which of several machines trains on it. On a GPU the mask comes from
/// `generator`.
struct Dropout {
  double keep = 1.0;
  std::uint64_t seed = 0;
  std::int64_t first_window = 0;  ///< the position of the batch's first window in the global batch
  std::int64_t all_windows = 0;   ///< the size of the global batch; 0: the size of the batch
  std::optional<at::Generator> generator = std::nullopt;

  /// x [T, B * segments, width] with its mask applied.
  [[nodiscard]] torch::Tensor operator()(const torch::Tensor& x, const DropoutSite& site) const;
};

}  // namespace musicvae::train

// The order in which training visits its windows: a pure function of the seed, so that resuming needs only a position.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "musicvae/numerics/philox.hpp"

namespace musicvae::train {

/// An endless sequence of epochs. Each epoch is a fresh shuffle of 0..count-1. Epochs follow each other without a gap, so a batch may
/// contain the end of one and the beginning of the next.
class DataOrder {
 public:
  /// Throws ArgumentError when count is 0.
  DataOrder(std::size_t count, std::uint64_t seed);

  /// The window at a position; position 0 is the first of the first epoch.
  [[nodiscard]] std::size_t at(std::uint64_t position);

 private:
  void shuffle(std::uint64_t epoch);

  std::uint64_t seed_;
  std::uint64_t epoch_ = 0;
  std::vector<std::size_t> order_;  // of epoch_
};

/// The seed of LibTorch's generator for the noise and dropout masks of a step. LibTorch uses 32 bits of it; no two steps of a run share
/// those.
[[nodiscard]] std::uint64_t step_seed(std::uint64_t seed, std::int64_t step);

/// Random words that key the dropout masks of a layer's input, in the step to which `seed` belongs.
[[nodiscard]] numerics::PhiloxCounter dropout_words(std::uint64_t seed, std::uint32_t layer);

/// Random words for the augmentation of the window at a position.
[[nodiscard]] numerics::PhiloxCounter augmentation_words(std::uint64_t seed, std::uint64_t position);

/// Random words, block `index`, that decide which cells of the window at a position are hidden from the encoder.
[[nodiscard]] numerics::PhiloxCounter hidden_words(std::uint64_t seed, std::uint64_t position, std::uint32_t index);

/// Like step_seed, for the choices of scheduled sampling.
[[nodiscard]] std::uint64_t sampling_seed(std::uint64_t seed, std::int64_t step);

}  // namespace musicvae::train

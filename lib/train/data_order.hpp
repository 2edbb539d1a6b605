// In which order a training sees its windows: a pure function of the seed, so that resuming needs no more than a position.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "musicvae/engine/philox.hpp"

namespace musicvae::train {

/// An endless row of epochs; each is a fresh shuffle of 0..count-1, and they follow on each other without a gap, so that a batch may
/// hold the end of one and the beginning of the next.
class DataOrder {
 public:
  /// Throws ArgumentError when count is 0.
  DataOrder(std::size_t count, std::uint64_t seed);

  /// The window at a position, 0 for the first of the first epoch.
  [[nodiscard]] std::size_t at(std::uint64_t position);

 private:
  void shuffle(std::uint64_t epoch);

  std::uint64_t seed_;
  std::uint64_t epoch_ = 0;
  std::vector<std::size_t> order_;  // of epoch_
};

/// The seed of LibTorch's generator for a step's noise and dropout masks. LibTorch reads 32 bits of it: steps of one run never share one.
[[nodiscard]] std::uint64_t step_seed(std::uint64_t seed, std::int64_t step);

/// Random words that key the dropout masks of a layer's input, in the step that `seed` is of.
[[nodiscard]] engine::PhiloxCounter dropout_words(std::uint64_t seed, std::uint32_t layer);

/// Random words to augment the window at a position with.
[[nodiscard]] engine::PhiloxCounter augmentation_words(std::uint64_t seed, std::uint64_t position);

/// Random words, block `index`, that decide which cells of the window at a position the encoder does not see.
[[nodiscard]] engine::PhiloxCounter hidden_words(std::uint64_t seed, std::uint64_t position, std::uint32_t index);

/// As step_seed, for the choices of scheduled sampling.
[[nodiscard]] std::uint64_t sampling_seed(std::uint64_t seed, std::int64_t step);

}  // namespace musicvae::train

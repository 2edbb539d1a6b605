// The hits of a window as bits, for fast comparison of windows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::evaluation {

/// The cells of a window, one bit each; [step][drum] unless stated otherwise.
using Bits = std::vector<std::uint64_t>;

[[nodiscard]] Bits no_bits(std::size_t count);
void set_bit(Bits& bits, std::size_t index);
[[nodiscard]] Bits hit_bits(const DrumSequence& window);
/// The number of bits that differ. Both must have the same size.
[[nodiscard]] int hamming_distance(const Bits& a, const Bits& b);

/// The indices of the `k` elements of `all` (or as many as there are) that differ least from `bits`, nearest first. Ties keep their order.
[[nodiscard]] std::vector<std::size_t> nearest_bits(const Bits& bits, const std::vector<Bits>& all, std::size_t k);

}  // namespace musicvae::evaluation

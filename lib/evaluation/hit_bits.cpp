#include "hit_bits.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "musicvae/sequence/groove_features.hpp"

namespace musicvae::evaluation {

Bits no_bits(std::size_t count) {
  return Bits((count + 63) / 64);
}

void set_bit(Bits& bits, std::size_t index) {
  bits[index / 64] |= std::uint64_t{1} << (index % 64);
}

Bits hit_bits(const DrumSequence& window) {
  Bits bits = no_bits(static_cast<std::size_t>(window.steps()) * kDrums);
  detail::for_each_hit(window, [&](int step, Drum drum, const Cell&) {
    set_bit(bits, static_cast<std::size_t>(step * kDrums) + static_cast<std::size_t>(drum));
  });
  return bits;
}

int hamming_distance(const Bits& a, const Bits& b) {
  int differ = 0;
  for (std::size_t i = 0; i < a.size(); ++i) differ += std::popcount(a[i] ^ b[i]);
  return differ;
}

std::vector<std::size_t> nearest_bits(const Bits& bits, const std::vector<Bits>& all, std::size_t k) {
  std::vector<std::pair<int, std::size_t>> found;
  found.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) found.emplace_back(hamming_distance(bits, all[i]), i);
  k = std::min(k, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(k), found.end());
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < k; ++i) result.push_back(found[i].second);
  return result;
}

}  // namespace musicvae::evaluation

// Damages a file's bytes, in the same way in every run.
#pragma once

#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

namespace musicvae::test {

using Bytes = std::vector<std::byte>;

class Damage {
 public:
  /// Sets a few bytes to random values, flips bits, sets bytes to 0 or 0xFF, or removes one byte or the tail.
  void apply(Bytes& bytes) {
    const std::size_t kind = below(4);
    const std::size_t changes = 1 + below(8);
    for (std::size_t i = 0; i < changes && kind < 3; ++i) {
      // One change in eight is within the first 40 bytes, where headers and chunk sizes are.
      std::byte& b = bytes[below(below(8) == 0 ? std::min<std::size_t>(bytes.size(), 40) : bytes.size())];
      if (kind == 0) b = static_cast<std::byte>(below(256));
      if (kind == 1) b ^= static_cast<std::byte>(1U << below(8));
      if (kind == 2) b = below(2) == 0 ? std::byte{0xFF} : std::byte{0};
    }
    if (kind == 3) {
      const std::size_t at = below(bytes.size());
      if (below(2) == 0) {
        bytes.resize(at);
      } else {
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::mt19937 random_{7};
};

}  // namespace musicvae::test

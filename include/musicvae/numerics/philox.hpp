// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace musicvae::numerics {

/// Selects a block of random words.
using PhiloxCounter = std::array<std::uint32_t, 4>;
/// Selects a series of blocks.
using PhiloxKey = std::array<std::uint32_t, 2>;

/// Four random words: a pure function of counter and key.
[[nodiscard]] constexpr PhiloxCounter philox4x32(PhiloxCounter counter, PhiloxKey key) noexcept {
  constexpr int rounds = 10;
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9U;  // golden ratio
    key[1] += 0xBB67AE85U;  // sqrt(3) - 1
  }
  return counter;
}

/// A number in [0, 1), a multiple of 2^-24: exact as a float.
[[nodiscard]] constexpr float uniform(std::uint32_t word) noexcept {
  return static_cast<float>(word >> 8) * 0x1p-24F;
}

/// What a random number is used for. Different purposes never share random numbers.
enum class Purpose : std::uint32_t { latent, hits, variation, evaluation };

/// The random numbers of one sample. They can be read in any order and from any thread, with the same result. The key is the seed. The
/// counter is (block, step, low and high half of the sample's index), with the purpose in the block's top byte.
struct RandomStream {
  std::uint64_t seed = 0;
  std::uint64_t sample = 0;
  Purpose purpose = Purpose::latent;

  /// Block `block` (below 2^24) of step `step`.
  [[nodiscard]] constexpr PhiloxCounter words(std::uint32_t step, std::uint32_t block) const noexcept {
    return philox4x32({block | static_cast<std::uint32_t>(purpose) << 24, step, static_cast<std::uint32_t>(sample),
                       static_cast<std::uint32_t>(sample >> 32)},
                      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  }

  /// Fills `out` with uniform numbers in [0, 1).
  constexpr void uniforms(std::uint32_t step, std::span<float> out) const noexcept {
    PhiloxCounter four{};
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (i % 4 == 0) four = words(step, static_cast<std::uint32_t>(i / 4));
      out[i] = uniform(four[i % 4]);
    }
  }

  /// Fills `out` with standard normal numbers (Box and Muller 1958): two words give two numbers. They are within +-6.77, because a word has
  /// 32 bits.
  void normals(std::uint32_t step, std::span<float> out) const noexcept;
};

}  // namespace musicvae::numerics

// Line: a melody, or several one after the other, for fast comparison.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hit_bits.hpp"
#include "musicvae/sequence/melody.hpp"

namespace musicvae::evaluation {

/// The events of melodies, one melody after the other, and one bit per event: whether a note begins, whether silence does.
struct Line {
  std::vector<std::int8_t> events{};
  Bits begins{}, ends{};
};

[[nodiscard]] Line line_of(std::span<const Melody* const> melodies);

/// The number of steps at which not both lines begin a note, not both begin silence and not both go on. The lines have one length.
[[nodiscard]] int rhythm_distance(const Line& a, const Line& b);

/// Of the steps at which both begin a note, the number of those whose interval between the two notes is not the most frequent one. With
/// rhythm_distance(), it is the number of steps whose events differ after the best transposition.
[[nodiscard]] int misplaced_notes(const Line& a, const Line& b);

}  // namespace musicvae::evaluation

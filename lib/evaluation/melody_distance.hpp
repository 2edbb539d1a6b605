// MelodyDistance: how far a melody is from the nearest of many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hit_bits.hpp"
#include "musicvae/sequence/melody.hpp"

namespace musicvae::evaluation {

/// Finds the distance to the nearest of some melodies of one length: the number of steps whose events differ after the best transposition.
/// A copy in another key is at distance 0. Immutable after construction: any number of threads may use it.
class MelodyDistance {
 public:
  explicit MelodyDistance(std::span<const Melody> known);

  /// `melody` has as many steps as the known ones.
  [[nodiscard]] int to_nearest(const Melody& melody) const;

 private:
  struct Line {
    std::vector<std::int8_t> events;
    Bits begins, ends;  // one bit per step: whether a note begins, whether silence does
  };
  [[nodiscard]] static Line line_of(const Melody& melody);
  [[nodiscard]] static int rhythm_distance(const Line& a, const Line& b);
  [[nodiscard]] static int misplaced_notes(const Line& a, const Line& b);

  std::vector<Line> known_;
};

}  // namespace musicvae::evaluation

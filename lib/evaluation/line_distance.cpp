#include "line_distance.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace musicvae::evaluation {

Line line_of(std::span<const Melody* const> melodies) {
  Line line;
  for (const Melody* melody : melodies) line.events.insert(line.events.end(), melody->events().begin(), melody->events().end());
  line.begins = no_bits(line.events.size());
  line.ends = no_bits(line.events.size());
  for (std::size_t step = 0; step < line.events.size(); ++step) {
    if (line.events[step] >= 0) set_bit(line.begins, step);
    if (line.events[step] == Melody::kOff) set_bit(line.ends, step);
  }
  return line;
}

int rhythm_distance(const Line& a, const Line& b) {
  int differ = 0;
  for (std::size_t i = 0; i < a.begins.size(); ++i) {
    differ += std::popcount((a.begins[i] ^ b.begins[i]) | (a.ends[i] ^ b.ends[i]));
  }
  return differ;
}

int misplaced_notes(const Line& a, const Line& b) {
  std::array<int, 2 * Melody::kMaxPitch + 1> intervals{};
  int both = 0;
  int most = 0;
  for (std::size_t step = 0; step < a.events.size(); ++step) {
    if (a.events[step] < 0 || b.events[step] < 0) continue;
    ++both;
    most = std::max(most, ++intervals[static_cast<std::size_t>(a.events[step] - b.events[step] + Melody::kMaxPitch)]);
  }
  return both - most;
}

}  // namespace musicvae::evaluation

#include "melody_distance.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace musicvae::evaluation {

MelodyDistance::MelodyDistance(std::span<const Melody> known) {
  for (const Melody& melody : known) known_.push_back(line_of(melody));
}

int MelodyDistance::to_nearest(const Melody& melody) const {
  const Line line = line_of(melody);
  int least = melody.steps();
  for (const Line& other : known_) {
    const int rhythm = rhythm_distance(line, other);
    if (rhythm < least) least = std::min(least, rhythm + misplaced_notes(line, other));
  }
  return least;
}

MelodyDistance::Line MelodyDistance::line_of(const Melody& melody) {
  const auto steps = static_cast<std::size_t>(melody.steps());
  Line line{{melody.events().begin(), melody.events().end()}, no_bits(steps), no_bits(steps)};
  for (std::size_t step = 0; step < steps; ++step) {
    if (line.events[step] >= 0) set_bit(line.begins, step);
    if (line.events[step] == Melody::kOff) set_bit(line.ends, step);
  }
  return line;
}

// The number of steps at which not both melodies begin a note, not both begin silence and not both go on.
int MelodyDistance::rhythm_distance(const Line& a, const Line& b) {
  int differ = 0;
  for (std::size_t i = 0; i < a.begins.size(); ++i) {
    differ += std::popcount((a.begins[i] ^ b.begins[i]) | (a.ends[i] ^ b.ends[i]));
  }
  return differ;
}

// Of the steps at which both begin a note, the number of those whose interval between the two notes is not the most frequent one.
int MelodyDistance::misplaced_notes(const Line& a, const Line& b) {
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

#include "pattern.hpp"

#include <numeric>
#include <string>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae::drummer {

Pattern pattern_of(const DrumSequence& groove) {
  if (groove.grid() != Grid{} || groove.steps() % kStepsPerBar != 0) {
    throw ArgumentError("drummer: the groove has " + std::to_string(groove.steps()) + " steps, " +
                        std::to_string(groove.grid().steps_per_quarter) + " per quarter; give whole bars of 16ths in 4/4");
  }
  Pattern pattern;
  pattern.steps = std::min(groove.steps(), kMaxSteps);
  for (int d = 0; d < kDrums; ++d) {
    std::vector<int> hits;
    double sum = 0.0;
    for (int step = 0; step < pattern.steps; ++step) {
      const Cell& cell = groove.at(step, static_cast<Drum>(d));
      if (!cell.hit) continue;
      hits.push_back(step);
      sum += static_cast<double>(cell.velocity);
    }
    if (hits.empty()) continue;
    const auto count = static_cast<double>(hits.size());
    pattern.mean_velocity[static_cast<std::size_t>(d)] = static_cast<float>(sum / count);
    std::stable_sort(hits.begin(), hits.end(), [&](int a, int b) {
      return groove.at(a, static_cast<Drum>(d)).velocity > groove.at(b, static_cast<Drum>(d)).velocity;
    });
    for (std::size_t i = 0; i < hits.size(); ++i) {
      const Cell& cell = groove.at(hits[i], static_cast<Drum>(d));
      pattern.cells[static_cast<std::size_t>(hits[i]) * kDrums + static_cast<std::size_t>(d)] = {
          cell.velocity, cell.offset, static_cast<float>((static_cast<double>(i) + 0.5) / count)};
    }
  }
  return pattern;
}

DrumSequence groove_of(const Pattern& pattern) {
  DrumSequence groove(pattern.steps);
  for (int step = 0; step < pattern.steps; ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const PatternCell& cell = pattern.at(step, d);
      if (cell.rank > 0.0F) groove.set(step, static_cast<Drum>(d), cell.velocity, cell.offset);
    }
  }
  return groove;
}

}  // namespace musicvae::drummer

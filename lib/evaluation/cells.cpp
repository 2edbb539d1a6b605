#include "cells.hpp"

#include <cstddef>

#include "musicvae/sequence/groove_features.hpp"

namespace musicvae::evaluation {

std::vector<std::uint32_t> Cells<DrumSequence>::symbols(const DrumSequence& groove) {
  std::vector<std::uint32_t> steps(static_cast<std::size_t>(groove.steps()));
  detail::for_each_hit(groove, [&](int step, Drum drum, const Cell&) {
    steps[static_cast<std::size_t>(step)] |= std::uint32_t{1} << static_cast<unsigned>(drum);
  });
  return steps;
}

void Cells<DrumSequence>::copy(const DrumSequence& from, int step, int cell, DrumSequence& to) {
  const auto drum = static_cast<Drum>(cell);
  const Cell& copied = from.at(step, drum);
  if (copied.hit) to.set(step, drum, copied.velocity, copied.offset);
}

std::vector<std::uint32_t> Cells<Melody>::symbols(const Melody& melody) {
  const std::vector<float> rows = MelodyRepresentation().rows(melody);
  return {rows.begin(), rows.end()};
}

void Cells<Melody>::copy(const Melody& from, int step, int, Melody& to) {
  to.set(step, from.at(step));
}

int Cells<Melody>::differing(const Melody& a, const Melody& b) {
  int count = 0;
  for (int step = 0; step < a.steps(); ++step) count += static_cast<int>(a.at(step) != b.at(step));
  return count;
}

}  // namespace musicvae::evaluation

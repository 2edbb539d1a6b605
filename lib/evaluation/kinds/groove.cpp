#include "evaluation/kinds/groove.hpp"

#include <cstddef>

#include "musicvae/evaluation/window_features.hpp"
#include "musicvae/sequence/groove_features.hpp"

namespace musicvae::evaluation {

std::array<std::vector<std::uint32_t>, 1> Measures<DrumSequence>::symbols(const DrumSequence& groove) {
  std::vector<std::uint32_t> steps(static_cast<std::size_t>(groove.steps()));
  detail::for_each_hit(groove, [&](int step, Drum drum, const Cell&) {
    steps[static_cast<std::size_t>(step)] |= std::uint32_t{1} << static_cast<unsigned>(drum);
  });
  return {steps};
}

void Measures<DrumSequence>::copy(const DrumSequence& from, int step, int cell, DrumSequence& to) {
  const auto drum = static_cast<Drum>(cell);
  const Cell& copied = from.at(step, drum);
  if (copied.hit) to.set(step, drum, copied.velocity, copied.offset);
}

double Measures<DrumSequence>::difference(const DrumSequence& a, const DrumSequence& b) {
  return hamming_distance(hit_bits(a), hit_bits(b)) / (static_cast<double>(a.steps()) * kDrums);
}

FeatureSet<DrumSequence> Measures<DrumSequence>::features(const ModelConfig& config) {
  const bool hits_only = config.head->output() != OutputFormat::hits_with_feel;
  return {.names = feature_names(hits_only), .of = [hits_only](const DrumSequence& groove) { return features_of(groove, hits_only); }};
}

Measures<DrumSequence>::Known::Known(std::span<const DrumSequence> windows) {
  for (const DrumSequence& window : windows) bits_.push_back(hit_bits(window));
}

NearestWindow Measures<DrumSequence>::Known::nearest(const DrumSequence& groove) const {
  const Bits bits = hit_bits(groove);
  NearestWindow nearest{.distance = groove.steps() * kDrums + 1};
  for (std::size_t i = 0; i < bits_.size(); ++i) {
    if (const int distance = hamming_distance(bits, bits_[i]); distance < nearest.distance) nearest = {i, distance};
  }
  return nearest;
}

}  // namespace musicvae::evaluation

#include "evaluation/kinds/melody.hpp"

#include <cstddef>

#include "musicvae/evaluation/melody_features.hpp"

namespace musicvae::evaluation {
namespace {

Line only_line(const Melody& melody) {
  return line_of(std::array{&melody});
}

}  // namespace

std::array<std::vector<std::uint32_t>, 1> Measures<Melody>::symbols(const Melody& melody) {
  const std::vector<float> rows = MelodyRepresentation().rows(melody);
  return {std::vector<std::uint32_t>(rows.begin(), rows.end())};
}

void Measures<Melody>::copy(const Melody& from, int step, int, Melody& to) {
  to.set(step, from.at(step));
}

double Measures<Melody>::difference(const Melody& a, const Melody& b) {
  int differing = 0;
  for (int step = 0; step < a.steps(); ++step) differing += static_cast<int>(a.at(step) != b.at(step));
  return static_cast<double>(differing) / a.steps();
}

FeatureSet<Melody> Measures<Melody>::features(const ModelConfig&) {
  return {.names = melody_feature_names(), .of = [](const Melody& melody) { return features_of(melody); }};
}

Measures<Melody>::Known::Known(std::span<const Melody> windows) {
  for (const Melody& window : windows) lines_.push_back(only_line(window));
}

NearestWindow Measures<Melody>::Known::nearest(const Melody& melody) const {
  const Line line = only_line(melody);
  NearestWindow nearest{.distance = melody.steps() + 1};
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const int rhythm = rhythm_distance(line, lines_[i]);
    if (rhythm >= nearest.distance) continue;
    if (const int distance = rhythm + misplaced_notes(line, lines_[i]); distance < nearest.distance) nearest = {i, distance};
  }
  return nearest;
}

}  // namespace musicvae::evaluation

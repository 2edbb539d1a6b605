#include "musicvae/evaluation/window_features.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "moments.hpp"
#include "musicvae/sequence/groove_features.hpp"

namespace musicvae::evaluation {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

double self_similarity(const DrumSequence& window) {
  const int bar = window.grid().steps_per_bar();
  const int pairs = window.steps() / bar - 1;
  if (pairs < 1) return none;
  double sum = 0.0;
  for (int pair = 0; pair < pairs; ++pair) {
    int both = 0;
    int either = 0;
    for (int step = pair * bar; step < (pair + 1) * bar; ++step) {
      for (int d = 0; d < kDrums; ++d) {
        const bool here = window.at(step, static_cast<Drum>(d)).hit;
        const bool next = window.at(step + bar, static_cast<Drum>(d)).hit;
        both += static_cast<int>(here && next);
        either += static_cast<int>(here || next);
      }
    }
    sum += either == 0 ? 1.0 : static_cast<double>(both) / either;
  }
  return sum / pairs;
}

}  // namespace

std::vector<std::string> feature_names(bool hits_only) {
  std::vector<std::string> names = {"density", "offbeat_share", "polyphony", "syncopation", "self_similarity"};
  const auto of_drums = [&](const std::string& what) {
    for (const std::string_view drum : kDrumNames) names.push_back(what + ":" + std::string(drum));
  };
  of_drums("rate");
  if (hits_only) return names;
  for (const char* name : {"velocity", "velocity_spread", "offset", "offset_spread", "swing"}) names.emplace_back(name);
  of_drums("offset");
  of_drums("offset_spread");
  return names;
}

std::vector<double> features_of(const DrumSequence& window, bool hits_only) {
  std::array<int, kDrums> hits{};
  std::array<Moments, kDrums> offsets;
  Moments velocity;
  Moments offset;
  int steps_with_hits = 0;
  bool has_swing = false;
  const int sixteenth = std::max(1, window.grid().steps_per_quarter / 4);
  for (int step = 0; step < window.steps(); ++step) {
    bool any = false;
    for (int d = 0; d < kDrums; ++d) {
      const Cell& cell = window.at(step, static_cast<Drum>(d));
      if (!cell.hit) continue;
      any = true;
      ++hits[static_cast<std::size_t>(d)];
      velocity.add(static_cast<double>(cell.velocity));
      offset.add(static_cast<double>(cell.offset));
      offsets[static_cast<std::size_t>(d)].add(static_cast<double>(cell.offset));
    }
    steps_with_hits += static_cast<int>(any);
    has_swing = has_swing || (any && step % (2 * sixteenth) == sixteenth);
  }
  const int all = window.hits();
  std::vector<double> values = {static_cast<double>(all), all == 0 ? none : offbeat_share(window),
                                all == 0 ? none : static_cast<double>(all) / steps_with_hits,
                                all == 0 ? none : musicvae::syncopation(window), self_similarity(window)};
  for (const int count : hits) values.push_back(window.steps() == 0 ? none : static_cast<double>(count) / window.steps());
  if (hits_only) return values;
  values.insert(values.end(), {velocity.mean(), velocity.spread(), offset.mean(), offset.spread(), has_swing ? swing(window) : none});
  for (const Moments& drum : offsets) values.push_back(drum.mean());
  for (const Moments& drum : offsets) values.push_back(drum.spread());
  return values;
}

}  // namespace musicvae::evaluation

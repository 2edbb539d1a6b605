#include "evaluation/kinds/trio.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <utility>

#include "evaluation/pitch_classes.hpp"
#include "musicvae/evaluation/melody_features.hpp"
#include "musicvae/evaluation/window_features.hpp"

namespace musicvae::evaluation {
namespace {

PitchClasses classes_of(const Melody& line) {
  PitchClasses classes;
  for (const int event : line.events()) {
    if (event >= 0) classes.add(event);
  }
  return classes;
}

double in_key(const Trio& trio) {
  PitchClasses both;
  for (const Melody* line : {&trio.melody(), &trio.bass()}) {
    for (const int event : line->events()) {
      if (event >= 0) both.add(event);
    }
  }
  return both.notes() == 0 ? std::numeric_limits<double>::quiet_NaN() : both.in_key();
}

double same_key(const Trio& trio) {
  const PitchClasses melody = classes_of(trio.melody());
  const PitchClasses bass = classes_of(trio.bass());
  if (melody.notes() == 0 || bass.notes() == 0) return std::numeric_limits<double>::quiet_NaN();
  return (melody.keys() & bass.keys()) != 0 ? 1.0 : 0.0;
}

}  // namespace

std::array<std::vector<std::uint32_t>, kTrioParts> Measures<Trio>::symbols(const Trio& trio) {
  const std::vector<float> rows = TrioRepresentation().rows(trio);
  std::array<std::vector<std::uint32_t>, kTrioParts> symbols;
  for (std::size_t i = 0; i < rows.size(); ++i) symbols[i % kTrioParts].push_back(static_cast<std::uint32_t>(rows[i]));
  return symbols;
}

void Measures<Trio>::copy(const Trio& from, int step, int cell, Trio& to) {
  TrioMask mask(from.steps());
  mask.choose(static_cast<TrioPart>(cell), step, 1);
  to = mask.combine(from, to);
}

double Measures<Trio>::difference(const Trio& a, const Trio& b) {
  const auto of_a = symbols(a);
  const auto of_b = symbols(b);
  int differing = 0;
  for (std::size_t part = 0; part < of_a.size(); ++part) {
    for (std::size_t step = 0; step < of_a[part].size(); ++step) differing += static_cast<int>(of_a[part][step] != of_b[part][step]);
  }
  return static_cast<double>(differing) / (kTrioParts * a.steps());
}

FeatureSet<Trio> Measures<Trio>::features(const ModelConfig&) {
  FeatureSet<Trio> features;
  for (const char* line : {"melody:", "bass:"}) {
    for (const std::string& name : melody_feature_names()) features.names.push_back(line + name);
  }
  for (const std::string& name : feature_names(/*hits_only=*/true)) features.names.push_back("drums:" + name);
  features.names.emplace_back("in_key");
  features.of = [](const Trio& trio) {
    std::vector<double> values = features_of(trio.melody());
    for (const std::vector<double>& more : {features_of(trio.bass()), features_of(trio.drums(), /*hits_only=*/true)})
      values.insert(values.end(), more.begin(), more.end());
    values.push_back(in_key(trio));
    return values;
  };
  return features;
}

FeatureSet<Trio> Measures<Trio>::shares() {
  return {.names = {"same_key"}, .of = [](const Trio& trio) { return std::vector<double>{same_key(trio)}; }};
}

Measures<Trio>::Known::Known(std::span<const Trio> windows) {
  for (const Trio& window : windows) windows_.push_back(window_of(window));
}

Measures<Trio>::Known::Window Measures<Trio>::Known::window_of(const Trio& trio) {
  return {line_of(std::array{&trio.melody(), &trio.bass()}), std::move(symbols(trio)[2])};
}

NearestWindow Measures<Trio>::Known::nearest(const Trio& trio) const {
  const Window window = window_of(trio);
  NearestWindow nearest{.distance = kTrioParts * trio.steps() + 1};
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    int distance = rhythm_distance(window.lines, windows_[i].lines);
    for (std::size_t step = 0; step < window.hits.size(); ++step) distance += static_cast<int>(window.hits[step] != windows_[i].hits[step]);
    if (distance >= nearest.distance) continue;
    distance += misplaced_notes(window.lines, windows_[i].lines);
    if (distance < nearest.distance) nearest = {i, distance};
  }
  return nearest;
}

MusicParts Measures<Trio>::parts() {
  return {.names = {EnumNames<TrioPart>::names.begin(), EnumNames<TrioPart>::names.end()},
          .of = [](std::size_t group, std::size_t) { return group; }};
}

}  // namespace musicvae::evaluation

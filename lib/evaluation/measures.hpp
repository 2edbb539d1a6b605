// Measures: what the measures that all kinds of music share need to know of a kind. Each kind specialises it in kinds/.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "musicvae/model/config.hpp"

namespace musicvae::evaluation {

/// Numbers of a window by name. A value is NaN where a window has none.
template <class Value>
struct FeatureSet {
  std::vector<std::string> names{};
  std::function<std::vector<double>(const Value&)> of{};
};

/// The training window that differs least from a window; of several, the first.
struct NearestWindow {
  std::size_t index = 0;
  int distance = 0;
};

/// Names of the parts of the music whose accuracy is measured, and the part of a category of a one-hot group.
struct MusicParts {
  std::vector<std::string> names{};
  std::size_t (*of)(std::size_t group, std::size_t category) = nullptr;
};

/// One specialisation per kind of music. All its functions may be called by any number of threads.
///
/// For interpolation and for the lower yardstick, in which each cell comes from another window:
/// - `kVoices`: the number of symbols that each voice of the music has; each voice gets a 5-gram model of its own.
/// - `symbols(value)`: those of each voice, one sequence per voice.
/// - `places(value)`, `kCells`: how many places a window has (the steps, or the tracks), and how many cells each of them.
/// - `copy(from, place, cell, to)`: copies a cell to a window that has none from this place on. Places and cells come in order.
/// - `difference(a, b)`: how much two windows differ, 0 to 1.
///
/// For samples:
/// - `features(config)`: a FeatureSet, of numbers.
/// - `shares()`: a FeatureSet, of what is true (1) or not (0) of a window.
/// - `Known`: is made of the training windows; `nearest(value)` finds the NearestWindow.
/// - `near(value)`: the distance up to which a window is nearly a training window.
///
/// For reconstruction, unless the kind has a report of its own:
/// - `parts()`: its MusicParts.
template <class Value>
struct Measures;

}  // namespace musicvae::evaluation

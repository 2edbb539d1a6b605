// The measures of melodies: one event per step.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/line_distance.hpp"
#include "evaluation/measures.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/sequence/melody.hpp"

namespace musicvae::evaluation {

/// A cell is the event of a step. Its symbol is its class in the model. Windows differ in the steps whose event differs; the distance is
/// that after the best transposition, so a copy in another key is at distance 0.
template <>
struct Measures<Melody> {
  static constexpr std::array<std::uint32_t, 1> kVoices = {MelodyRepresentation::kClasses};
  static constexpr int kCells = 1;
  [[nodiscard]] static std::array<std::vector<std::uint32_t>, 1> symbols(const Melody& melody);
  [[nodiscard]] static int places(const Melody& melody) { return melody.steps(); }
  static void copy(const Melody& from, int step, int cell, Melody& to);
  [[nodiscard]] static double difference(const Melody& a, const Melody& b);

  /// Those of melody_features.hpp.
  [[nodiscard]] static FeatureSet<Melody> features(const ModelConfig& config);
  [[nodiscard]] static FeatureSet<Melody> shares() { return {}; }

  class Known {
   public:
    explicit Known(std::span<const Melody> windows);
    [[nodiscard]] NearestWindow nearest(const Melody& melody) const;

   private:
    std::vector<Line> lines_;
  };
  /// One step per bar.
  [[nodiscard]] static int near(const Melody& melody) { return melody.steps() / melody.grid().steps_per_bar(); }

  [[nodiscard]] static MusicParts parts() { return {}; }
};

}  // namespace musicvae::evaluation

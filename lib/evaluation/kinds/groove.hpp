// The measures of grooves: nine drums per step.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/hit_bits.hpp"
#include "evaluation/measures.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::evaluation {

/// A cell is a drum at a step. The symbol of a step is the combination of its hits. Windows differ in the cells whose hit differs.
template <>
struct Measures<DrumSequence> {
  static constexpr std::array<std::uint32_t, 1> kVoices = {1U << kDrums};
  static constexpr int kCells = kDrums;
  [[nodiscard]] static std::array<std::vector<std::uint32_t>, 1> symbols(const DrumSequence& groove);
  [[nodiscard]] static int places(const DrumSequence& groove) { return groove.steps(); }
  /// With velocity and offset.
  static void copy(const DrumSequence& from, int step, int cell, DrumSequence& to);
  [[nodiscard]] static double difference(const DrumSequence& a, const DrumSequence& b);

  /// Those of window_features.hpp: without velocities and offsets for a model of hits.
  [[nodiscard]] static FeatureSet<DrumSequence> features(const ModelConfig& config);
  [[nodiscard]] static FeatureSet<DrumSequence> shares() { return {}; }

  class Known {
   public:
    explicit Known(std::span<const DrumSequence> windows);
    [[nodiscard]] NearestWindow nearest(const DrumSequence& groove) const;

   private:
    std::vector<Bits> bits_;
  };
  [[nodiscard]] static int near(const DrumSequence&) { return 5; }
};

}  // namespace musicvae::evaluation

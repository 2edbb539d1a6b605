// The measures of trios: a melody, a bass and drums.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/line_distance.hpp"
#include "evaluation/measures.hpp"
#include "musicvae/model/representations/trio.hpp"
#include "musicvae/sequence/trio.hpp"

namespace musicvae::evaluation {

/// A cell is the event of a part at a step: of the drums, the combination of their hits. Each part is a voice, and its symbols are its
/// classes in the model. Windows differ in the cells that differ; the distance is that after the best transposition of melody and bass
/// together.
template <>
struct Measures<Trio> {
  static constexpr std::array<std::uint32_t, kTrioParts> kVoices = {TrioRepresentation::kClasses[0], TrioRepresentation::kClasses[1],
                                                                    TrioRepresentation::kClasses[2]};
  static constexpr int kCells = kTrioParts;
  [[nodiscard]] static std::array<std::vector<std::uint32_t>, kTrioParts> symbols(const Trio& trio);
  [[nodiscard]] static int places(const Trio& trio) { return trio.steps(); }
  static void copy(const Trio& from, int step, int cell, Trio& to);
  [[nodiscard]] static double difference(const Trio& a, const Trio& b);

  /// Those of melodies for melody and bass, those of hits for the drums, and `in_key`: the share of the notes of melody and bass in the
  /// major scale that has the most of them.
  [[nodiscard]] static FeatureSet<Trio> features(const ModelConfig& config);
  /// `same_key`: whether a major scale that has the most notes of the melody also has the most notes of the bass. Trios in which one of the
  /// two has no notes do not count.
  [[nodiscard]] static FeatureSet<Trio> shares();

  class Known {
   public:
    explicit Known(std::span<const Trio> windows);
    [[nodiscard]] NearestWindow nearest(const Trio& trio) const;

   private:
    struct Window {
      Line lines;                       // melody and bass
      std::vector<std::uint32_t> hits;  // the combination at each step
    };
    [[nodiscard]] static Window window_of(const Trio& trio);
    std::vector<Window> windows_;
  };
  /// Three cells per bar.
  [[nodiscard]] static int near(const Trio& trio) { return kTrioParts * (trio.steps() / trio.grid().steps_per_bar()); }

  [[nodiscard]] static MusicParts parts();
};

}  // namespace musicvae::evaluation

// The measures of tracks: bars of several instruments.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/hit_bits.hpp"
#include "evaluation/measures.hpp"
#include "musicvae/model/representations/tracks.hpp"
#include "musicvae/sequence/tracks.hpp"

namespace musicvae::evaluation {

/// A cell is a track. The symbols are the tokens of all tracks, one track after the other. Windows differ in the notes that only one of
/// them has: a note is an instrument, a pitch and a start. The distance is the number of these notes after the best transposition.
template <>
struct Measures<Tracks> {
  static constexpr std::array<std::uint32_t, 1> kVoices = {TracksRepresentation::kTokens};
  static constexpr int kCells = 1;
  [[nodiscard]] static std::array<std::vector<std::uint32_t>, 1> symbols(const Tracks& tracks);
  [[nodiscard]] static int places(const Tracks&) { return TracksRepresentation::kTracks; }
  static void copy(const Tracks& from, int track, int cell, Tracks& to);
  [[nodiscard]] static double difference(const Tracks& a, const Tracks& b);

  /// docs/evaluation.md lists them.
  [[nodiscard]] static FeatureSet<Tracks> features(const ModelConfig& config);
  /// Whether there are drums, and an instrument of each of General MIDI's sixteen families.
  [[nodiscard]] static FeatureSet<Tracks> shares();

  class Known {
   public:
    explicit Known(std::span<const Tracks> windows);
    [[nodiscard]] NearestWindow nearest(const Tracks& tracks) const;

   private:
    struct Pitch {
      int place;  // its instrument and start, as one number
      int pitch;
      friend auto operator<=>(const Pitch&, const Pitch&) = default;
    };
    struct Window {
      std::vector<Pitch> drums;    // in order, each once
      std::vector<Pitch> pitched;  // the same
      Bits starts;                 // one bit per step: whether notes begin
      [[nodiscard]] int notes() const { return static_cast<int>(drums.size() + pitched.size()); }
    };
    friend Measures;
    [[nodiscard]] static Window window_of(const Tracks& tracks);
    // How many notes two windows have in common, transposed in the best way or not at all.
    [[nodiscard]] static int common_notes(const Window& a, const Window& b, bool transposed);

    std::vector<Window> windows_;
  };
  [[nodiscard]] static int near(const Tracks&) { return 5; }

  /// The kinds of tokens.
  [[nodiscard]] static MusicParts parts();
};

}  // namespace musicvae::evaluation

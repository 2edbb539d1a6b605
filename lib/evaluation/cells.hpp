// Cells: what the measures that all kinds of music share need to know of a kind.
#pragma once

#include <cstdint>
#include <vector>

#include "hit_bits.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/melody.hpp"

namespace musicvae::evaluation {

/// The cells of a kind of music: each step has `kPerStep` of them.
template <class Value>
struct Cells;

/// Nine drums per step. The symbol of a step is the combination of its hits.
template <>
struct Cells<DrumSequence> {
  static constexpr int kPerStep = kDrums;
  static constexpr std::uint32_t kSymbols = 1U << kDrums;
  [[nodiscard]] static std::vector<std::uint32_t> symbols(const DrumSequence& groove);
  /// Copies a cell, with velocity and offset, to a window that is empty there.
  static void copy(const DrumSequence& from, int step, int cell, DrumSequence& to);
  /// The number of cells whose hit differs.
  [[nodiscard]] static int differing(const DrumSequence& a, const DrumSequence& b) { return hamming_distance(hit_bits(a), hit_bits(b)); }
};

/// One event per step. Its symbol is its class in the model.
template <>
struct Cells<Melody> {
  static constexpr int kPerStep = 1;
  static constexpr std::uint32_t kSymbols = MelodyRepresentation::kClasses;
  [[nodiscard]] static std::vector<std::uint32_t> symbols(const Melody& melody);
  static void copy(const Melody& from, int step, int cell, Melody& to);
  /// The number of steps whose event differs.
  [[nodiscard]] static int differing(const Melody& a, const Melody& b);
};

}  // namespace musicvae::evaluation

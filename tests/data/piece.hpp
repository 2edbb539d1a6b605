// Piece: a file of drum playing built note by note, and its conversion.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "musicvae/data/groove_converter.hpp"

namespace musicvae::test {

inline constexpr std::int64_t kStep = 120;  // ticks
inline constexpr std::int64_t kBar = 16 * kStep;
inline constexpr int kick = 36;
inline constexpr int snare = 38;

/// A file at 480 ticks per quarter, so 120 per step and 1920 per bar.
class Piece {
 public:
  Piece& note(std::int64_t tick, int pitch = kick, int velocity = 100, int channel = 9) {
    notes_.notes.push_back({.pitch = pitch, .velocity = velocity, .start = {tick}, .end = {tick + 60}, .channel = channel});
    notes_.end = std::max(notes_.end, Ticks{tick + 60});
    return *this;
  }
  /// A kick on each beat of `bars` bars.
  Piece& beats(int bars) {
    for (int beat = 0; beat < 4 * bars; ++beat) note(480 * beat);
    return *this;
  }
  Piece& meter(int numerator, int denominator, std::int64_t tick = 0) {
    notes_.time_signatures.push_back({{tick}, numerator, denominator});
    return *this;
  }
  Piece& tempos(std::vector<Tempo> tempos) {
    notes_.tempo_map = TempoMap(480, std::move(tempos));
    return *this;
  }
  /// Access for everything else.
  [[nodiscard]] NoteSequence& notes() { return notes_; }
  [[nodiscard]] data::ConvertedFile convert(data::GrooveConverterOptions options = {}, std::optional<data::TableTempo> table = {}) const {
    return data::GrooveConverter(options).convert(notes_, table);
  }

 private:
  NoteSequence notes_;
};

/// The bar at which each window begins.
inline std::vector<std::int64_t> bars(const data::ConvertedFile& file) {
  std::vector<std::int64_t> result;
  for (const auto& w : file.windows.windows) result.push_back(w.bar);
  return result;
}

inline LeftOutCounts counts(std::initializer_list<std::pair<LeftOut, int>> list) {
  LeftOutCounts result;
  for (const auto& [reason, count] : list) result.add(reason, count);
  return result;
}

}  // namespace musicvae::test

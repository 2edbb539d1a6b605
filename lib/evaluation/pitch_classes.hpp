// PitchClasses: how often each of the twelve pitch classes occurs.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace musicvae::evaluation {

/// Counts notes by pitch class.
class PitchClasses {
 public:
  void add(int pitch) {
    ++counts_[static_cast<std::size_t>(pitch % kClasses)];
    ++notes_;
  }
  [[nodiscard]] int notes() const { return notes_; }

  /// The entropy of the pitch classes of the notes, bits. Needs notes.
  [[nodiscard]] double entropy() const {
    double bits = 0.0;
    for (const int count : counts_) {
      if (count > 0) bits -= static_cast<double>(count) / notes_ * std::log2(static_cast<double>(count) / notes_);
    }
    return bits;
  }

  /// The share of notes in the major scale that has the most of them. Needs notes.
  [[nodiscard]] double in_key() const { return static_cast<double>(most_in_a_scale()) / notes_; }

  /// The major scales that have the most notes: bit k for the tonic k.
  [[nodiscard]] std::uint32_t keys() const {
    std::uint32_t keys = 0;
    for (int tonic = 0; tonic < kClasses; ++tonic) {
      if (in_scale(tonic) == most_in_a_scale()) keys |= std::uint32_t{1} << static_cast<unsigned>(tonic);
    }
    return keys;
  }

 private:
  static constexpr int kClasses = 12;

  [[nodiscard]] int in_scale(int tonic) const {
    int inside = 0;
    for (const int degree : {0, 2, 4, 5, 7, 9, 11}) inside += counts_[static_cast<std::size_t>((tonic + degree) % kClasses)];
    return inside;
  }
  [[nodiscard]] int most_in_a_scale() const {
    int most = 0;
    for (int tonic = 0; tonic < kClasses; ++tonic) most = std::max(most, in_scale(tonic));
    return most;
  }

  std::array<int, kClasses> counts_{};
  int notes_ = 0;
};

}  // namespace musicvae::evaluation

// The likeliest chords of frames of time, by Viterbi's algorithm. What all users of chord inference share.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// A pitch that sounds from `start` to `end`, in any unit of time.
struct SoundingPitch {
  int pitch = 60;
  double start = 0.0;
  double end = 0.0;
};

/// The most frames that the reference infers chords for.
inline constexpr std::int64_t kMostChordFrames = 1000;

/// Whether a note has a clear pitch.
[[nodiscard]] bool has_pitch(const Note& note);

/// How many chords per bar are inferred in a meter. Empty: none, in other meters than 4/4, 6/8, 2/2, 2/4 and 3/4.
[[nodiscard]] std::optional<int> chords_per_bar(int numerator, int denominator);

/// The major key of a frame, 0 (C) to 11 (B), and its chord symbol.
struct KeyAndChord {
  int key = 0;
  std::string chord{};
};

/// The likeliest keys and chords, one per frame, as for likeliest_chords().
[[nodiscard]] std::vector<KeyAndChord> likeliest_path(std::span<const SoundingPitch> pitches, double frame, std::int64_t frames);

/// A chord symbol per frame. Frame i is from i * frame to (i + 1) * frame, and no pitch sounds after the last frame.
[[nodiscard]] std::vector<std::string> likeliest_chords(std::span<const SoundingPitch> pitches, double frame, std::int64_t frames);

}  // namespace musicvae::data

// Drawing: music as marks in rows, which music_svg() lays out. A kind of music is drawn by its overload of drawing_of() and nothing else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/melody.hpp"
#include "musicvae/sequence/tracks.hpp"
#include "musicvae/sequence/trio.hpp"

namespace musicvae::render {

/// A hit or a note.
struct Mark {
  int step = 0;         ///< to which it belongs
  double start = 0.0;   ///< when it begins, in steps
  double length = 0.0;  ///< in steps; 0: a hit, which has no length
  int row = 0;
  double height = 0.0;    ///< in pixels
  double velocity = 0.0;  ///< 0..1, for the shade
  std::string tooltip;
};

/// The look of a row, and what it stands for.
struct RowStyle {
  std::string (*name)(int row);  ///< empty: the row has no name
  bool (*shaded)(int row);
  double height;  ///< in pixels
};

/// Rows of one style, from `lowest` at the bottom to `highest`.
struct Lane {
  const RowStyle* style;
  int lowest = 0;
  int highest = 0;
  std::vector<Mark> marks;

  [[nodiscard]] double height() const { return style->height * (highest - lowest + 1); }
};

/// What the pictures of a kind of music have in common.
struct DrawingKind {
  std::string_view one;     ///< "drum groove"
  std::string_view many;    ///< "drum grooves"
  std::string_view legend;  ///< how to read a mark
  bool velocities;          ///< whether shade and height of a mark show its velocity
};

/// A chord, where it begins.
struct ChordMark {
  int step = 0;
  std::string symbol;
};

/// Music as it is drawn: its lanes, from top to bottom.
struct Drawing {
  const DrawingKind* kind;
  Grid grid;
  int steps = 0;
  std::vector<Lane> lanes;
  std::string words;                ///< the music in words, for the description of the picture
  std::vector<ChordMark> chords{};  ///< in order; empty: the music carries no chords
};

[[nodiscard]] Drawing drawing_of(const DrumSequence& groove);
[[nodiscard]] Drawing drawing_of(const Melody& melody);
/// Three lanes: melody, bass and drums.
[[nodiscard]] Drawing drawing_of(const Trio& trio);
[[nodiscard]] Drawing drawing_of(const Tracks& tracks);

/// The height in pixels of a hit with velocity 0..1 in a row of drums.
[[nodiscard]] double hit_height(double velocity);

/// "bar 2 beat 1.5".
[[nodiscard]] std::string place_in_words(const Grid& grid, int step);

/// "4 bars of 4/4".
[[nodiscard]] std::string length_in_words(const Grid& grid, double bars);

/// "1 hit", "97 hits".
[[nodiscard]] std::string counted(int n, std::string_view one, std::string_view many);

}  // namespace musicvae::render

// Pictures of drum grids as SVG text: what a notebook shows of a DrumSequence, and what `musicvae plot` writes.
#pragma once

#include <span>
#include <string>

#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::render {

/// A sequence and the words above it (any UTF-8 text; may be empty).
struct Panel {
  DrumSequence sequence;
  std::string title;
};

/// How a picture is laid out. Lengths are CSS pixels; the picture scales, so they decide how large the text is beside the grid.
struct DrumSvgOptions {
  double width = 960.0;   ///< of the whole picture, 240..10,000
  int bars_per_line = 4;  ///< a longer sequence goes on below, as music does; 1..64
  int columns = 0;        ///< how many panels stand side by side; 0: as many as stay legible
  bool tooltips = true;   ///< each mark says its bar, beat, velocity and timing under the pointer
};

/// No picture shows more steps than this, all panels together (16ths of 4/4: 1,024 bars).
inline constexpr int kMaxPictureSteps = 16'384;

/// Draws one sequence: a row for each of the nine classes (kick lowest, as in a score), a line for each step, stronger ones for
/// beats and bars. A mark's left edge is where the hit is played: on its step's line, or up to half a step before or after it
/// (Cell::offset, to scale). Its height and shade are the velocity.
///
/// The text is a whole SVG 1.1 document: valid XML, no script, no style sheet, no id and nothing fetched, so that any number of them
/// can stand in one page; it has its own light background, a title and a description. The same input gives the same bytes.
/// Throws ArgumentError when there are more than kMaxPictureSteps steps or an option is out of its range. Any thread.
[[nodiscard]] std::string drum_svg(const DrumSequence& sequence, const std::string& title = {}, const DrumSvgOptions& options = {});

/// Draws several sequences, side by side and then below each other, in the order given. Steps have one width in all of them.
/// Throws as above, and ArgumentError without any panel.
[[nodiscard]] std::string drum_svg(std::span<const Panel> panels, const DrumSvgOptions& options = {});

}  // namespace musicvae::render

// Pictures of drum grids as SVG text, shown for a DrumSequence in a notebook and written by `musicvae plot`.
#pragma once

#include <span>
#include <string>

#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae::render {

/// A sequence and the title above it (any UTF-8 text; may be empty).
struct Panel {
  DrumSequence sequence;
  std::string title;
};

/// Layout of a picture. Lengths are in CSS pixels. The picture scales, so they set the size of the text relative to the grid.
struct DrumSvgOptions {
  double width = 960.0;   ///< width of the whole picture, 240..10,000
  int bars_per_line = 4;  ///< longer sequences continue on the next line, as in a score; 1..64
  int columns = 0;        ///< number of panels side by side; 0: as many as stay legible
  bool tooltips = true;   ///< each mark shows its bar, beat, velocity and timing on mouse-over
};

/// The maximum number of steps in a picture, over all panels (16ths of 4/4: 1,024 bars).
inline constexpr int kMaxPictureSteps = 16'384;

/// Draws one sequence. Each of the nine classes has a row (kick lowest, as in a score), and each step has a line, with stronger lines for
/// beats and bars. The left edge of a mark is the time of the hit: on the line of its step, or up to half a step before or after it
/// (Cell::offset, to scale). Its height and shade show the velocity.
///
/// The text is a complete SVG 1.1 document: valid XML without scripts, style sheets, ids or external resources, so any number of them can
/// be in one page. It has its own light background, a title and a description. The same input gives the same bytes.
/// Throws ArgumentError when there are more than kMaxPictureSteps steps or an option is out of range. Any thread.
[[nodiscard]] std::string drum_svg(const DrumSequence& sequence, const std::string& title = {}, const DrumSvgOptions& options = {});

/// Draws several sequences in the given order, side by side and then in further rows. Steps have the same width in all of them. Throws as
/// above, and ArgumentError when there are no panels.
[[nodiscard]] std::string drum_svg(std::span<const Panel> panels, const DrumSvgOptions& options = {});

}  // namespace musicvae::render

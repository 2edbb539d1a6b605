// Pictures of music as SVG text: drum grids and piano rolls. A notebook shows them, and `musicvae plot` writes them.
#pragma once

#include <span>
#include <string>

#include "musicvae/model/any_music.hpp"

namespace musicvae::render {

/// Music and the title above it (any UTF-8 text; may be empty).
struct Panel {
  AnyMusic music;
  std::string title;
};

/// Layout of a picture. Lengths are in CSS pixels. The picture scales, so they set the size of the text relative to the grid.
struct MusicSvgOptions {
  double width = 960.0;   ///< width of the whole picture, 240..10,000
  int bars_per_line = 4;  ///< longer music continues on the next line, as in a score; 1..64
  int columns = 0;        ///< number of panels side by side; 0: as many as stay legible; several kinds of music are always in one column
  bool tooltips = true;   ///< each mark shows its bar, beat, velocity and timing, or its pitch, bar, beat and length, on mouse-over
};

/// The maximum number of steps in a picture, over all panels (16ths of 4/4: 1,024 bars).
inline constexpr int kMaxPictureSteps = 16'384;

/// Draws one piece of music. Each step has a line, with stronger lines for beats and bars.
///
/// In a groove, each of the nine classes has a row (kick lowest, as in a score). The left edge of a mark is the time of the hit: on the
/// line of its step, or up to half a step before or after it (Cell::offset, to scale). Its height and shade show the velocity.
///
/// In a melody, each pitch has a row, from the lowest note to the highest but at least an octave; those of a piano's black keys are shaded,
/// and each C is named. A mark is a note, from its beginning to its end.
///
/// A trio has three lanes: melody, bass and drums. Tracks have a lane for each instrument.
///
/// The chords that music carries stand above it, each where it begins. The line of chords is left out if no panel has any.
///
/// The text is a complete SVG 1.1 document: valid XML without scripts, style sheets, ids or external resources, so any number of them can
/// be in one page. It has its own light background, a title and a description. The same input gives the same bytes.
/// Throws ArgumentError when there are more than kMaxPictureSteps steps or an option is out of range. Any thread.
[[nodiscard]] std::string music_svg(const AnyMusic& music, const std::string& title = {}, const MusicSvgOptions& options = {});

/// Draws several in the given order, side by side and then in further rows. Steps have the same width in all of them, and pitches the same
/// rows. Throws as above, and ArgumentError when there are no panels.
[[nodiscard]] std::string music_svg(std::span<const Panel> panels, const MusicSvgOptions& options = {});

}  // namespace musicvae::render

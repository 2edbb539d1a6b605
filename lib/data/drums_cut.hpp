// Magenta's DrumsConverter, for its drum models without velocities (cat-drums_*, nade-drums_*): windows of hits only.
#pragma once

#include "musicvae/data/groove_converter.hpp"

namespace musicvae::data {

/// Rows are [n, 9] or [n, 61] of 0 and 1: the stretches of playing in the file, one after the other, with 16 steps per bar:
/// - The file is cut at each change of tempo or meter into parts. Each part is quantised separately, with its own tempo and from its own
///   start. A part whose bars do not have 16 steps gives no windows (other_meter).
/// - A stretch begins at the bar line at or before a hit and continues until 16 or more steps without a hit. Its end is rounded up to a
///   bar. A stretch shorter than a window gives no windows (short_stretch). Hits after bar 100 of a stretch are past_the_end.
/// - A window begins at each bar of a stretch. Of the windows of a part with the same hits, the first is kept (duplicate_window).
/// Each drum note is either a hit in the rows or counted. The bar of a window is counted from the start of the file; a part begins a new
/// bar. Magenta then picks at most 5 windows per file, randomly in training; here all are kept.
[[nodiscard]] ConvertedFile convert_reference_drums(const NoteSequence& notes, const GrooveConverterOptions& options);

}  // namespace musicvae::data

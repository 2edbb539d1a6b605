// Magenta's DrumsConverter, which its drum models without velocities (cat-drums_*, nade-drums_*) learn from: windows of hits.
#pragma once

#include "musicvae/data/groove_converter.hpp"

namespace musicvae::data {

/// Rows are [n, 9] or [n, 61] of 0 and 1: the file's stretches of playing, one after the other. All of it happens with 16 steps a bar:
/// - The file is cut at each change of tempo or meter into parts that are quantised on their own, each with its own tempo from its own
///   start. A part with other bars gives nothing (other_meter).
/// - A stretch begins at the bar line at or before a hit and goes on until 16 steps or more without one; its end is rounded up to a bar.
///   Stretches shorter than a window give nothing (short_stretch), and what follows their bar 100 is past_the_end.
/// - A window begins at each bar of a stretch. Of windows of a part with the same hits the first stays (duplicate_window).
/// Each drum note is a hit of the rows or counted. A window's bar is counted from the file's start; a part begins a new bar.
/// Magenta then picks at most 5 of a file's windows, at random in training; here all stay.
[[nodiscard]] ConvertedFile convert_reference_drums(const NoteSequence& notes, const GrooveConverterOptions& options);

}  // namespace musicvae::data

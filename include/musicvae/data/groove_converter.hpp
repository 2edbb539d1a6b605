// GrooveConverter: converts a file of drum playing to windows of [hits x9 | velocities x9 | offsets x9] (Gillick et al. 2019, section 3.2),
// or of hits alone for models without velocities.
#pragma once

#include <optional>

#include "musicvae/data/cut.hpp"
#include "musicvae/data/file_converter.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/sequence/drum_channel.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// How to convert.
struct GrooveConverterOptions {
  Cut cut = Cut::bar_aligned;
  std::optional<DrumMap> drum_map{};  ///< empty: standard for bar_aligned, roland for the others (Magenta uses reduced for inference)
  int bars = 4;                       ///< per window
  /// Columns of reference_drums; the other cuts always have nine. With nine classes, `drum_map` maps pitches to drums (Magenta uses
  /// reduced).
  DrumClasses classes = DrumClasses::nine;
  DrumChannel drum_channel{};  ///< for the cut bar_aligned: which notes are drums
};

/// Converts with 16 steps per bar, so only 4/4, 2/2 and 8/8 files fit. Never throws because of a file's content: what cannot be used is
/// counted.
///
/// bar_aligned: Notes are quantised in musical time, with any tempo changes. A window starts at every bar line, so windows overlap by all
///   bars but one. A hit played a little before a bar line stays on its downbeat. A file that ends exactly on a bar line is a clip of
///   exactly that length; a hit played early for the downbeat after the clip's end moves to the clip's first downbeat. In any other file
///   the music ends at the last hit, rounded up to a whole bar; a closing stroke exactly on a bar line opens no new bar and counts as
///   past_the_end. Silent windows are left out. A hit needs no length.
/// reference: Magenta's own converter on the whole file. Step = floor(seconds * steps per second + 0.5), with the file's single tempo.
///   Windows stand side by side, and the rest of the file is past_the_end. Notes on any channel count as drums. A file with a pitch outside
///   the map is refused. This cut and the following ones leave out notes without a note-off as unended.
/// reference_tfds: groove/4bar-midionly of TensorFlow Datasets. A bar is 60 / bpm * beats seconds long. Window i contains the notes that
///   start at or after i bars and end by (i + 4) bars, shifted to 0 and converted as in `reference`.
/// reference_drums: Magenta's DrumsConverter; rows contain hits only. The file is cut at each change of tempo or meter. The parts with
///   bars of 16 steps are then cut into stretches of playing. A stretch begins at the bar line before a hit, ends at a silence of one bar
///   or more, and has at most 100 bars. A window starts at each bar of a stretch that is long enough. Of windows with the same hits, one is
///   kept per part. Only notes on the drum channel count.
///
/// Immutable: any number of threads may use one converter at the same time.
class GrooveConverter final : public FileConverter {
 public:
  /// Throws ArgumentError when `bars` is below 1 or above 64, or when 61 classes are requested with a cut other than reference_drums.
  explicit GrooveConverter(GrooveConverterOptions options = {});

  [[nodiscard]] const GrooveConverterOptions& options() const { return options_; }
  /// Steps per window.
  [[nodiscard]] int steps() const;
  [[nodiscard]] WindowSetInfo info() const override;

  /// Only reference_tfds uses `table`. Without one it uses the file's own tempo and meter.
  [[nodiscard]] ConvertedFile convert(const NoteSequence& notes, std::optional<TableTempo> table = {}) const;
  [[nodiscard]] ConvertedFile to_windows(const NoteSequence& notes, const std::optional<TableTempo>& table) const override;

 private:
  GrooveConverterOptions options_;
};

}  // namespace musicvae::data

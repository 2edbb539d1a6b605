// GrooveConverter: a file of drum playing to windows of [hits x9 | velocities x9 | offsets x9] (Gillick et al. 2019, section 3.2), or of
// hits alone for models without velocities.
#pragma once

#include <optional>

#include "musicvae/data/cut.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/sequence/drum_channel.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// How to convert.
struct GrooveConverterOptions {
  Cut cut = Cut::ours;
  std::optional<DrumMap> drum_map{};  ///< nothing: standard for ours, roland for the others (Magenta infers with reduced)
  int bars = 4;                       ///< of a window
  /// The columns of reference_drums. With nine, `drum_map` says which pitch is which: Magenta's is reduced. The other cuts have nine.
  DrumClasses classes = DrumClasses::nine;
  DrumChannel drum_channel{};  ///< of the cut ours: which notes are drums
};

/// What the published windows are cut by: tempo and meter as the dataset's table says them, not as the MIDI file does.
struct TableTempo {
  double bpm = 120.0;
  int beats_per_bar = 4;
  std::optional<Ticks> last_event{};  ///< last_control_event of the file; without it, the music ends with the longest track
};

/// What became of a file. The notes of a file that gives windows are the hits of its rows plus the notes in `left_out` (in
/// reference_tfds both count a note once for each window that it is in).
struct ConvertedFile {
  FileWindows windows;
  LeftOutCounts left_out;
  bool guessed_drums = false;  ///< no note was on the drum channel: see DrumChannel
};

/// How windows for a model are cut, unless told otherwise: as long as its own; by Magenta's drums cut with 61 classes for a model that
/// tells so many apart, else by ours, whose rows every other drum model takes.
[[nodiscard]] GrooveConverterOptions converter_options_for(const ModelConfig& config);

/// Converts with 16 steps a bar: 4/4, 2/2 and 8/8 files. Never throws for what is in a file: what cannot be used is counted.
///
/// ours: notes are quantised in musical time (any tempo changes), the file is cut at every bar line, so that windows overlap by
///   all bars but one. A hit played a little before a bar line stays on its downbeat. A file that ends right on a bar line is a clip and as
///   long as that; a hit played early for the downbeat after its end belongs to its first one. In other files the music ends at the last
///   hit, rounded up to a whole bar; a closing stroke right on a bar line opens no new bar and is past_the_end. Silent windows are left
///   out. A hit needs no length.
/// reference: Magenta's own converter on the whole file. Step = floor(seconds * steps per second + 0.5) with the one tempo
///   of the file; windows stand side by side and the rest of the file is past_the_end; any channel counts as drums; a pitch
///   outside the map refuses the file. In this cut and the next ones, notes that nothing ends are left out as unended.
/// reference_tfds: TensorFlow Datasets' groove/4bar-midionly. A bar is 60 / bpm * beats seconds; window i has the notes that
///   start at or after i bars and end by (i + 4) bars, shifted to 0 and converted as in `reference`.
/// reference_drums: Magenta's DrumsConverter, rows of hits alone. The file is cut at each change of tempo or meter, and what is in bars of
///   16 steps is cut into stretches of playing: from the bar line before a hit to a silence of a bar or more, at most 100 bars. A window
///   begins at each bar of a stretch that is long enough; windows of the same hits stay once for each part. Only notes on the drum channel.
/// Immutable: any number of threads may convert with one converter.
class GrooveConverter {
 public:
  /// Throws ArgumentError when a window would have no bars or more than 64, or 61 classes are asked for of another cut than
  /// reference_drums.
  explicit GrooveConverter(GrooveConverterOptions options = {});

  [[nodiscard]] const GrooveConverterOptions& options() const { return options_; }
  /// Steps of a window.
  [[nodiscard]] int steps() const;
  /// What a set of its windows says of itself.
  [[nodiscard]] WindowSetInfo info() const;

  /// `table` matters to reference_tfds only; without it, that takes the file's own tempo and meter.
  [[nodiscard]] ConvertedFile convert(const NoteSequence& notes, std::optional<TableTempo> table = {}) const;

 private:
  GrooveConverterOptions options_;
};

}  // namespace musicvae::data

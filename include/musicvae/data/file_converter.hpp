// FileConverter: converts files to windows of one kind of music. One class per kind.
#pragma once

#include <optional>

#include "musicvae/data/cut.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/immutable.hpp"
#include "musicvae/sequence/drum_channel.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// The tempo and meter by which the cut reference_tfds cuts. They come from the dataset's table, not from the MIDI file.
struct TableTempo {
  double bpm = 120.0;
  int beats_per_bar = 4;
  std::optional<Ticks> last_event{};  ///< last_control_event of the file; if empty, the music ends with the longest track
};

/// The result for one file. If the file gives windows, each of its notes is either in the rows or counted in `left_out` (in the cut
/// reference_tfds, both count a note once for each window that contains it).
struct ConvertedFile {
  FileWindows windows;
  LeftOutCounts left_out;
  bool guessed_drums = false;  ///< no note was on the drum channel; see DrumChannel
};

/// Converts files to windows. Immutable: any number of threads may use one at the same time.
class FileConverter {
 public:
  virtual ~FileConverter() = default;
  /// The description of a set of its windows.
  [[nodiscard]] virtual WindowSetInfo info() const = 0;
  /// Never throws because of a file's content: what cannot be used is counted. `table` is the file's tempo and meter in the dataset's
  /// table, if it has one.
  [[nodiscard]] virtual ConvertedFile to_windows(const NoteSequence& notes, const std::optional<TableTempo>& table) const = 0;
};

/// What a user may choose about the windows of a config. A config that leaves no choice refuses it.
struct ConverterChoice {
  std::optional<Cut> cut{};                   ///< of grooves with velocities, and of melodies and trios (bar_aligned or reference)
  std::optional<DrumMap> drum_map{};          ///< of grooves and trios
  std::optional<DrumChannel> drum_channel{};  ///< of grooves
};

/// The way to convert files for a model, in windows as long as the model's, by default with the cut bar_aligned. A model of 61 drum classes
/// has the cut reference_drums. Throws ArgumentError for a choice that the config does not leave, and ConfigError for a model of music that
/// files are not converted to (the representation "tensors", or one of your own).
[[nodiscard]] Immutable<FileConverter> converter_for(const ModelConfig& config, const ConverterChoice& choice = {});

}  // namespace musicvae::data

// GrooveDataset: files of drum playing to learn from, and what is made of them: windows, or NoteSequence records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <utility>
#include <variant>
#include <vector>

#include "musicvae/data/groove_converter.hpp"
#include "musicvae/data/note_sequence_record.hpp"
#include "musicvae/data/tfrecord.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// Which files a dataset has. A value. Notes are read from the files when they are needed; only a list may hold notes itself.
class GrooveDataset {
 public:
  enum class Kind : std::uint8_t {
    release,  ///< the Groove MIDI Dataset (Gillick et al. 2019, section 3.1): its table says split, style, tempo and meter
    folder,   ///< MIDI files in a folder or a zip, each of split train
    records,  ///< a TFRecord file of NoteSequences, each of split train
    list,     ///< MIDI files and notes, one by one, each of split train
  };
  /// One entry of a list: a MIDI file, or notes.
  using Item = std::variant<std::filesystem::path, NoteSequence>;

  /// `path` is one of these:
  /// - the zip of the release, or the folder that it unpacks to or that folder's parent: what has info.csv;
  /// - another folder or zip: its *.mid, *.midi and *.rmi, those of its subfolders too, in the order of their names. An info.csv that is
  ///   not the release's does not matter;
  /// - one MIDI file;
  /// - a TFRecord file, packed or not. It is read through once, to count the records.
  /// Throws FileError (missing, neither info.csv nor MIDI files) or FormatError (neither MIDI, zip nor TFRecord, not one sound record; a
  /// table without a needed column, or with a row that makes no sense, named by its line).
  [[nodiscard]] static GrooveDataset open(const std::filesystem::path& path);

  /// MIDI files and notes in the order given. Notes are called "notes N" by their index in the list. A file is opened when it is read, so a
  /// missing one is counted as unreadable. Throws ArgumentError when the list is empty or names a folder.
  [[nodiscard]] static GrooveDataset of(std::vector<Item> items);

  /// Empty for a list.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] Kind kind() const { return kind_; }
  /// One for each row of the table, MIDI file or record, in their order; nothing counted yet. A record is called "record N" and takes
  /// its filename, and a file that no table tells of its tempo and meter, when it is read.
  [[nodiscard]] const std::vector<SourceFile>& files() const { return files_; }
  /// The entries of a list, one for each of files(); else empty.
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }

 private:
  GrooveDataset(std::filesystem::path path, Kind kind, std::vector<SourceFile> files, std::vector<Item> items = {})
      : path_(std::move(path)), kind_(kind), files_(std::move(files)), items_(std::move(items)) {}
  std::filesystem::path path_;
  Kind kind_;
  std::vector<SourceFile> files_;
  std::vector<Item> items_;
};

/// Called on the calling thread with the files done and all files, ending with both equal. What it throws stops the work.
using FileProgress = std::function<void(std::size_t done, std::size_t files)>;

/// How to prepare a dataset.
struct PrepareOptions {
  GrooveConverterOptions converter{};
  int threads = 0;  ///< 0: one for each core
  FileProgress progress{};
};

/// Converts every file of the dataset; the bytes of the result do not depend on the number of threads. A file that is missing,
/// is not MIDI or is a damaged record is counted as unreadable with the reason in SourceFile::error, and stops nothing. Throws
/// ArgumentError when `threads` is negative, or FileError or FormatError when the dataset itself cannot be opened any more.
[[nodiscard]] WindowSetWriter prepare(const GrooveDataset& dataset, const PrepareOptions& options = {});

/// The windows of a prepared dataset (.mvds), or of a folder of nothing else, its shards, in the order of their names; for both the
/// options do not matter. Or of what GrooveDataset opens, prepared in memory. Throws as WindowSet::open, GrooveDataset::open and prepare
/// do, and FormatError when shards were not prepared alike.
[[nodiscard]] WindowSet open_windows(const std::filesystem::path& path, const PrepareOptions& options = {});

/// How to write a dataset's records.
struct RecordOptions {
  RecordNotes notes = RecordNotes::drums;
  Compression compression = Compression::none;
  FileProgress progress{};
};

/// Writes one NoteSequence record for each file, in their order, to a TFRecord file, atomically. A MIDI file's record is named as
/// record_of_midi names it, in a collection of the dataset's name (a list has none). Left out are the other notes (not_a_drum), files
/// without a note that is wanted (no_notes) and unreadable ones: what became of each file is returned. Throws FileError (unwritable, disk
/// full), and FileError or FormatError when the dataset itself cannot be opened any more.
[[nodiscard]] std::vector<SourceFile> write_records(const GrooveDataset& dataset, const std::filesystem::path& out,
                                                    const RecordOptions& options = {});

}  // namespace musicvae::data

// GrooveDataset: files of drum playing to train on. They become windows (prepare) or NoteSequence records (write_records).
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
#include "musicvae/threads.hpp"

namespace musicvae::data {

/// The list of a dataset's files. A value. Notes are read from the files when needed; only a list can hold notes itself.
class GrooveDataset {
 public:
  enum class Kind : std::uint8_t {
    release,  ///< the Groove MIDI Dataset (Gillick et al. 2019, section 3.1); its table gives split, style, tempo and meter
    folder,   ///< music files in a folder or a zip; those in its subfolders train, validation and test are in that split, others in train
    records,  ///< a TFRecord file of NoteSequences, all in split train
    list,     ///< individual files and notes, all in split train
  };
  /// One entry of a list: a MIDI file or notes.
  using Item = std::variant<std::filesystem::path, NoteSequence>;

  /// `path` is one of these:
  /// - the zip of the release, the folder that it unpacks to, or that folder's parent: anything with the release's info.csv;
  /// - any other folder or zip: its music files, which are *.mid, *.midi, *.rmi, and *.json with a NoteSequence, including those in
  ///   subfolders, sorted by name. An info.csv that is not the release's is ignored;
  /// - one MIDI file or NoteSequence in JSON;
  /// - a TFRecord file, compressed or not. It is read through once to count the records.
  /// Throws FileError (missing, neither info.csv nor MIDI files) or FormatError (not MIDI, zip or TFRecord; no intact record; a table that
  /// lacks a required column or has an invalid row, named by its line).
  [[nodiscard]] static GrooveDataset open(const std::filesystem::path& path);

  /// MIDI files and notes in the given order. Notes are called "notes N" by their index in the list. Files are opened only when read, so a
  /// missing file counts as unreadable. Throws ArgumentError when the list is empty or contains a folder.
  [[nodiscard]] static GrooveDataset of(std::vector<Item> items);

  /// Empty for a list.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] Kind kind() const { return kind_; }
  /// One entry per table row, MIDI file or record, in order; nothing is counted yet. A record is called "record N" until it is read and its
  /// filename is known. A file without a table gets its tempo and meter when it is read.
  [[nodiscard]] const std::vector<SourceFile>& files() const { return files_; }
  /// The entries of a list, one for each of files(); empty for the other kinds.
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }

 private:
  GrooveDataset(std::filesystem::path path, Kind kind, std::vector<SourceFile> files, std::vector<Item> items = {})
      : path_(std::move(path)), kind_(kind), files_(std::move(files)), items_(std::move(items)) {}
  std::filesystem::path path_;
  Kind kind_;
  std::vector<SourceFile> files_;
  std::vector<Item> items_;
};

/// Called on the calling thread with the number of files done and the total; in the last call both are equal. An exception from it stops
/// the work.
using FileProgress = std::function<void(std::size_t done, std::size_t files)>;

/// How to prepare a dataset.
struct PrepareOptions {
  Immutable<FileConverter> converter = GrooveConverter();  ///< converter_for(config) gives the one for a model
  Threads threads{};
  FileProgress progress{};
};

/// Converts every file of the dataset. The resulting bytes do not depend on the number of threads. A file that is missing, is not MIDI or
/// is a damaged record counts as unreadable, with the reason in SourceFile::error, and the other files go on. Throws ArgumentError when
/// `threads` is negative, and FileError or FormatError when the dataset itself can no longer be opened.
[[nodiscard]] WindowSetWriter prepare(const GrooveDataset& dataset, const PrepareOptions& options = {});

/// Opens the windows at `path`: a prepared dataset (.mvds), or a folder that contains only such files, its shards, joined in the order of
/// their names; `options` are ignored for both. Anything else that GrooveDataset opens is prepared in memory. Throws as WindowSet::open,
/// GrooveDataset::open and prepare do, and FormatError when the shards were not prepared with the same settings.
[[nodiscard]] WindowSet open_windows(const std::filesystem::path& path, const PrepareOptions& options = {});

/// How to write a dataset's records.
struct RecordOptions {
  RecordNotes notes = RecordNotes::drums;
  Compression compression = Compression::none;
  FileProgress progress{};
};

/// Writes one NoteSequence record per file, in order, to a TFRecord file, atomically. The record of a MIDI file is named as by
/// record_of_midi, in a collection with the dataset's name (a list has no collection name). Notes that are not wanted (not_a_drum), files
/// without a wanted note (no_notes) and unreadable files are left out. Returns the outcome for each file. Throws FileError (unwritable,
/// disk full), and FileError or FormatError when the dataset itself can no longer be opened.
[[nodiscard]] std::vector<SourceFile> write_records(const GrooveDataset& dataset, const std::filesystem::path& out,
                                                    const RecordOptions& options = {});

}  // namespace musicvae::data

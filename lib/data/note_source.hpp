// Reads the notes of a dataset's files, however they are stored.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "musicvae/data/groove_converter.hpp"
#include "musicvae/data/groove_dataset.hpp"

namespace musicvae::data {

/// One thread at a time; each thread opens its own.
class NoteSource {
 public:
  NoteSource() = default;
  NoteSource(const NoteSource&) = delete;
  NoteSource& operator=(const NoteSource&) = delete;
  virtual ~NoteSource() = default;

  /// The notes of the dataset's file at `index`. Each call must ask for a later file than the call before. Throws FileError or FormatError
  /// when that file cannot be read; other files still can.
  [[nodiscard]] virtual NoteSequenceRecord read(std::size_t index) = 0;

  /// The table's tempo and meter for the file that was read last, if there is a table.
  [[nodiscard]] virtual std::optional<TableTempo> table() const { return {}; }
};

/// Throws FileError or FormatError when the dataset itself can no longer be opened. The dataset must outlive the source.
[[nodiscard]] std::unique_ptr<NoteSource> open_notes(const GrooveDataset& dataset);

/// A file of the dataset after reading.
struct ReadSource {
  SourceFile file;                           ///< includes its number of notes, and its name, tempo and meter unless a table gives them
  std::optional<NoteSequenceRecord> record;  ///< empty: unreadable, and `file` gives the reason
};

/// Reads the dataset's file at `index` from its source.
[[nodiscard]] ReadSource read_source(const GrooveDataset& dataset, NoteSource& source, std::size_t index);

}  // namespace musicvae::data

// The notes of a dataset's files, wherever they are kept.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "musicvae/data/groove_converter.hpp"
#include "musicvae/data/groove_dataset.hpp"

namespace musicvae::data {

/// One thread at a time; open one each.
class NoteSource {
 public:
  NoteSource() = default;
  NoteSource(const NoteSource&) = delete;
  NoteSource& operator=(const NoteSource&) = delete;
  virtual ~NoteSource() = default;

  /// The notes of the dataset's file of that index; each call asks for a later one than the call before. Throws FileError or
  /// FormatError when that file cannot be read; the others still can.
  [[nodiscard]] virtual NoteSequenceRecord read(std::size_t index) = 0;

  /// What the table says of the file that was read last, where there is a table.
  [[nodiscard]] virtual std::optional<TableTempo> table() const { return {}; }
};

/// Throws FileError or FormatError when the dataset itself cannot be opened any more. It must outlive the source.
[[nodiscard]] std::unique_ptr<NoteSource> open_notes(const GrooveDataset& dataset);

/// A file of the dataset as it was found.
struct ReadSource {
  SourceFile file;                           ///< with the number of its notes; its name, tempo and meter where no table says them
  std::optional<NoteSequenceRecord> record;  ///< nothing: unreadable, and `file` says why
};

/// Reads the dataset's file of that index from its source.
[[nodiscard]] ReadSource read_source(const GrooveDataset& dataset, NoteSource& source, std::size_t index);

}  // namespace musicvae::data

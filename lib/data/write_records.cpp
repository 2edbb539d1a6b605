// Writes every file of a dataset as a record.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "musicvae/data/groove_dataset.hpp"
#include "note_source.hpp"

namespace musicvae::data {
namespace {

/// Writes the record if it has a wanted note, and counts what is left out.
void write_record(const NoteSequenceRecord& record, RecordNotes wanted, TfrecordWriter& writer, SourceFile& file) {
  const auto& notes = record.notes.notes;
  const std::int64_t left =
      wanted == RecordNotes::all ? 0 : std::count_if(notes.begin(), notes.end(), [](const Note& note) { return !note.is_drum(); });
  const auto unended = static_cast<std::int64_t>(record.notes.unended.size());  // Magenta reads a MIDI file without them
  file.left_out.add(LeftOut::not_a_drum, left);
  file.left_out.add(LeftOut::unended, unended);
  if (left + unended == file.notes) {
    file.left_out.add(LeftOut::no_notes);
  } else {
    writer.add(serialize_note_sequence(record, wanted));
  }
}

}  // namespace

std::vector<SourceFile> write_records(const GrooveDataset& dataset, const std::filesystem::path& out, const RecordOptions& options) {
  const std::unique_ptr<NoteSource> source = open_notes(dataset);
  TfrecordWriter writer(out, options.compression);
  const std::size_t count = dataset.files().size();
  std::vector<SourceFile> files;
  files.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (options.progress) options.progress(i, count);
    ReadSource read = read_source(dataset, *source, i);
    if (read.record) write_record(*read.record, options.notes, writer, read.file);
    files.push_back(std::move(read.file));
  }
  writer.close();
  if (options.progress) options.progress(count, count);
  return files;
}

}  // namespace musicvae::data

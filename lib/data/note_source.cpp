#include "note_source.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "groove_archive.hpp"
#include "musicvae/error.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
#include "musicvae/midi/midi_file.hpp"

namespace musicvae::data {
namespace {

/// The collection name of a dataset's records: the name of its folder or zip.
std::string collection_of(const std::filesystem::path& path) {
  std::filesystem::path name = std::filesystem::absolute(path).lexically_normal();
  if (!name.has_filename()) name = name.parent_path();  // "groove/"
  return name.extension() == ".zip" ? name.stem().string() : name.filename().string();
}

class Release : public NoteSource {
 public:
  explicit Release(const GrooveDataset& dataset)
      : dataset_(dataset), archive_(open_groove(dataset.path())), collection_(collection_of(dataset.path())) {}

  NoteSequenceRecord read(std::size_t index) override {
    file_ = &dataset_.files()[index];
    bytes_ = archive_.read(file_->path, kMaxMidiFileSize);
    return record_of_midi(parse_midi(bytes_, file_->path), file_->path, collection_);
  }

  std::optional<TableTempo> table() const override {
    return TableTempo{.bpm = file_->bpm, .beats_per_bar = file_->beats_per_bar, .last_event = last_control_event(bytes_, file_->path)};
  }

 private:
  const GrooveDataset& dataset_;
  Archive archive_;
  std::string collection_;
  const SourceFile* file_ = nullptr;
  std::vector<std::byte> bytes_;
};

class Folder : public NoteSource {
 public:
  explicit Folder(const GrooveDataset& dataset) : dataset_(dataset), archive_(dataset.path()), collection_(collection_of(dataset.path())) {}

  NoteSequenceRecord read(std::size_t index) override {
    const std::string& name = dataset_.files()[index].path;
    return record_of_midi(interop::parse_notes(archive_.read(name, kMaxMidiFileSize), dataset_.path() / name), name, collection_);
  }

 private:
  const GrooveDataset& dataset_;
  Archive archive_;
  std::string collection_;
};

class Records : public NoteSource {
 public:
  explicit Records(const GrooveDataset& dataset) : reader_(dataset.path()) {}

  NoteSequenceRecord read(std::size_t index) override {
    while (reader_.count() < index) skip();
    const std::span<const std::byte> bytes = next();
    return parse_note_sequence(bytes, reader_.where());
  }

 private:
  std::span<const std::byte> next() {
    const auto bytes = reader_.next();
    if (!bytes) throw FileError(reader_.where() + " is now the last one: the file changed while it was read; try again");
    return *bytes;
  }

  void skip() {
    try {
      (void)next();
    } catch (const FormatError&) {  // whoever reads that record reports the error
    }
  }

  TfrecordReader reader_;
};

class List : public NoteSource {
 public:
  explicit List(const GrooveDataset& dataset) : dataset_(dataset) {}

  NoteSequenceRecord read(std::size_t index) override {
    const GrooveDataset::Item& item = dataset_.items()[index];
    const auto* path = std::get_if<std::filesystem::path>(&item);
    return record_of_midi(path != nullptr ? interop::read_notes(*path) : std::get<NoteSequence>(item), dataset_.files()[index].path, "");
  }

 private:
  const GrooveDataset& dataset_;
};

}  // namespace

std::unique_ptr<NoteSource> open_notes(const GrooveDataset& dataset) {
  switch (dataset.kind()) {
    case GrooveDataset::Kind::release:
      return std::make_unique<Release>(dataset);
    case GrooveDataset::Kind::folder:
      return std::make_unique<Folder>(dataset);
    case GrooveDataset::Kind::records:
      return std::make_unique<Records>(dataset);
    case GrooveDataset::Kind::list:
      return std::make_unique<List>(dataset);
  }
  throw ArgumentError("dataset: no such kind; use one of GrooveDataset::Kind");
}

ReadSource read_source(const GrooveDataset& dataset, NoteSource& source, std::size_t index) {
  ReadSource result{.file = dataset.files()[index], .record = {}};
  SourceFile& file = result.file;
  try {
    result.record = source.read(index);
  } catch (const Error& error) {
    file.error = error.what();
    file.left_out.add(LeftOut::unreadable);
    return result;
  }
  const NoteSequence& notes = result.record->notes;
  file.notes = static_cast<std::int64_t>(notes.notes.size() + notes.unended.size());
  if (dataset.kind() == GrooveDataset::Kind::release) return result;
  if (!result.record->filename.empty()) file.path = result.record->filename;
  file.bpm = notes.tempo_map.segments().front().qpm;
  if (!notes.time_signatures.empty()) {
    file.beats_per_bar = notes.time_signatures.front().numerator;
    file.beat_unit = notes.time_signatures.front().denominator;
  }
  return result;
}

}  // namespace musicvae::data

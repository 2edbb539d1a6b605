// Converts every file of a dataset to windows, on several threads.
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/error.hpp"
#include "note_source.hpp"
#include "threads.hpp"

namespace musicvae::data {
namespace {

struct PreparedFile {
  SourceFile file;
  FileWindows windows;
};

// `asks_the_table`: only one cut needs the table, and finding its last event reads the file once more.
PreparedFile prepare_file(const GrooveDataset& dataset, NoteSource& source, const FileConverter& converter, bool asks_the_table,
                          std::size_t index) {
  ReadSource read = read_source(dataset, source, index);
  if (!read.record) return {std::move(read.file), {}};
  ConvertedFile converted = converter.to_windows(read.record->notes, asks_the_table ? source.table() : std::nullopt);
  read.file.left_out = converted.left_out;
  read.file.guessed_drums = converted.guessed_drums;
  return {std::move(read.file), std::move(converted.windows)};
}

}  // namespace

WindowSetWriter prepare(const GrooveDataset& dataset, const PrepareOptions& options) {
  const WindowSetInfo info = options.converter->info();
  const bool asks_the_table = info.cut == Cut::reference_tfds;
  std::vector<PreparedFile> results(dataset.files().size());
  detail::run_on_threads(results.size(), 1, options.threads, "prepare", options.progress, [&](auto next) {
    const std::unique_ptr<NoteSource> source = open_notes(dataset);
    while (const std::optional<std::size_t> i = next())
      results[*i] = prepare_file(dataset, *source, *options.converter, asks_the_table, *i);
  });
  WindowSetWriter writer(info);
  for (PreparedFile& result : results) {
    writer.add(std::move(result.file), result.windows);
    result.windows = {};
  }
  return writer;
}

}  // namespace musicvae::data

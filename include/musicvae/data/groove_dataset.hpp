// GrooveDataset: the Groove MIDI Dataset (Gillick et al. 2019, section 3.1) as its release has it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include "musicvae/data/groove_converter.hpp"
#include "musicvae/data/window_set.hpp"

namespace musicvae::data {

/// The table of the release, info.csv: which files there are, with split, style, beat type, tempo and meter. A value; it
/// holds no MIDI data, which is read where it is needed.
class GrooveDataset {
 public:
  /// `path` is the zip of the release, or the folder that it unpacks to or that folder's parent. Throws FileError (missing,
  /// no info.csv) or FormatError (not a zip; a table without a needed column, or with a row that makes no sense, named by its line).
  [[nodiscard]] static GrooveDataset open(const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// One for each row of the table, in its order; nothing counted yet.
  [[nodiscard]] const std::vector<SourceFile>& files() const { return files_; }

 private:
  GrooveDataset(std::filesystem::path path, std::vector<SourceFile> files) : path_(std::move(path)), files_(std::move(files)) {}
  std::filesystem::path path_;
  std::vector<SourceFile> files_;
};

/// How to prepare a dataset.
struct PrepareOptions {
  GrooveConverterOptions converter{};
  int threads = 0;  ///< 0: one for each core
  /// Called on the calling thread with the files done and all files, ending with both equal. What it throws stops the work.
  std::function<void(std::size_t done, std::size_t files)> progress{};
};

/// Converts every file of the dataset; the bytes of the result do not depend on the number of threads. A file that is missing
/// or is not MIDI is counted as unreadable with the reason in SourceFile::error, and stops nothing. Throws ArgumentError when
/// `threads` is negative, or FileError or FormatError when the dataset itself cannot be opened any more.
[[nodiscard]] WindowSetWriter prepare(const GrooveDataset& dataset, const PrepareOptions& options = {});

}  // namespace musicvae::data

// WindowSet: a prepared dataset of training windows in one checksummed, memory-mapped file (*.mvds).
//
// The file is a safetensors file:
//   - rows       f32 [R, depth]: one row per step, [hits x9 | velocities x9 | offsets x9]; offsets as in the reference (early is positive).
//                With the cut reference-drums, hits only, 9 or 61 columns
//   - first_row  i64 [W]: window w is rows[first_row[w] .. first_row[w] + steps); overlapping windows share rows
//   - file       i64 [W]: index into the table of files
//   - bar        i64 [W]: the bar of its file at which the window begins, counted from 0
//                With melodies, the class of each step, 1 column, and with chords the class of its chord, a second one;
//                with trios, the class of each part, 3 columns
//   - metadata   "musicvae_windows": JSON (format_version, cut, steps, depth, drum_map, music, files), and
//                "crc32": the checksum of the whole file, computed with its own eight digits set to zeros
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "musicvae/data/cut.hpp"
#include "musicvae/data/split.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/left_out.hpp"

namespace musicvae::data {

/// One source file of the set, even if it gave no window.
struct SourceFile {
  std::string path{};  ///< within the dataset
  Split split = Split::train;
  std::string style{};      ///< "funk/groove1"
  std::string beat_type{};  ///< "beat" or "fill"
  double bpm = 0.0;
  int beats_per_bar = 4;  ///< the meter in the dataset's table
  int beat_unit = 4;
  std::int64_t notes = 0;      ///< notes in the file
  bool guessed_drums = false;  ///< no note was on the drum channel, so all were taken as drums
  LeftOutCounts left_out{};
  std::string error{};  ///< why the file could not be read; empty when it could
  friend bool operator==(const SourceFile&, const SourceFile&) = default;
};

/// The first part of a style: "funk" of "funk/groove1".
[[nodiscard]] inline std::string primary_style(const std::string& style) {
  return style.substr(0, style.find('/'));
}

/// Rows of one file and the windows cut from them.
struct FileWindows {
  /// The start of a window.
  struct Window {
    std::int64_t first_row = 0;  ///< in `rows`
    std::int64_t bar = 0;        ///< bar within the file
    friend bool operator==(const Window&, const Window&) = default;
  };
  std::vector<float> rows;  ///< [n, depth]
  std::vector<Window> windows;
  friend bool operator==(const FileWindows&, const FileWindows&) = default;
};

/// The settings that all windows of a set share.
struct WindowSetInfo {
  Cut cut = Cut::bar_aligned;
  int steps = 64;
  int depth = 27;
  DrumMap drum_map = DrumMap::roland();
  /// The kind of music, as Value::kPlural names it. A file without it, as version 0.1 wrote, has grooves, or melodies if `depth` is 1.
  std::string music = std::string(DrumSequence::kPlural);
  friend bool operator==(const WindowSetInfo&, const WindowSetInfo&) = default;
};

/// Windows in a file on disk or in memory. Cheap to copy: copies share the read-only rows. Any number of threads may read.
class WindowSet {
 public:
  /// Maps the file and checks all of it, including the checksum. Throws FileError (missing, a folder, unreadable) or FormatError (not a
  /// prepared dataset, another version, truncated, changed).
  [[nodiscard]] static WindowSet open(const std::filesystem::path& path);
  /// Concatenates the windows of several sets and shares their rows. Throws ArgumentError when `parts` is empty or when the sets were not
  /// prepared with the same settings.
  [[nodiscard]] static WindowSet join(std::span<const WindowSet> parts);

  /// The subset of files that `keep` accepts, with their windows. Shares the rows.
  [[nodiscard]] WindowSet where(const std::function<bool(const SourceFile&)>& keep) const;
  /// Writes these files and windows as a separate set, atomically. Throws FileError.
  void write(const std::filesystem::path& path) const;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] int steps() const;
  [[nodiscard]] int depth() const;
  [[nodiscard]] const WindowSetInfo& info() const;

  /// steps * depth floats, row-major; valid while any copy of this set exists. Throws ArgumentError when `index` is out of range.
  [[nodiscard]] std::span<const float> window(std::size_t index) const;
  [[nodiscard]] Split split(std::size_t index) const;
  [[nodiscard]] std::int64_t bar(std::size_t index) const;
  [[nodiscard]] const SourceFile& file(std::size_t index) const;

  /// The indices of the windows in a split, ascending.
  [[nodiscard]] std::vector<std::size_t> windows(Split split) const;
  /// All files, in dataset order.
  [[nodiscard]] const std::vector<SourceFile>& files() const;

 private:
  struct Data;
  friend class WindowSetWriter;
  explicit WindowSet(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  static WindowSet read(std::string_view bytes, std::shared_ptr<const void> memory, const std::filesystem::path& path);
  [[nodiscard]] std::size_t checked(std::size_t index) const;
  std::shared_ptr<const Data> data_;
};

/// Collects files and writes them as a set. One thread at a time.
class WindowSetWriter {
 public:
  explicit WindowSetWriter(WindowSetInfo info);

  /// Adds a file. Throws ArgumentError when the rows or windows do not match the set's steps and depth.
  void add(SourceFile file, const FileWindows& windows);

  /// The set in memory, without a file.
  [[nodiscard]] WindowSet finish() const;
  /// The bytes of the whole file.
  [[nodiscard]] std::string bytes() const;
  /// Writes the file atomically. Throws FileError.
  void write(const std::filesystem::path& path) const;

 private:
  WindowSetInfo info_;
  std::vector<SourceFile> files_;
  std::vector<float> rows_;
  std::vector<std::int64_t> first_row_, file_, bar_;
};

}  // namespace musicvae::data

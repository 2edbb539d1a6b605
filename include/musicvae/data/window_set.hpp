// WindowSet: a prepared dataset, one checksummed, memory-mapped file of training windows (*.mvds).
//
// The file is a safetensors file:
//   - rows       f32 [R, depth]: one row a step, [hits x9 | velocities x9 | offsets x9], offsets as the reference has them (early is positive);
//                of the cut reference-drums hits alone, 9 or 61
//   - first_row  i64 [W]: window w is rows[first_row[w] .. first_row[w] + steps); windows that overlap share their rows
//   - file       i64 [W]: index into the table of files
//   - bar        i64 [W]: the bar of its file at which the window begins, from 0
//   - metadata   "musicvae_windows": JSON (format_version, cut, steps, depth, drum_map, files), and
//                "crc32": of the whole file, its own eight digits taken as zeros
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
#include "musicvae/sequence/left_out.hpp"

namespace musicvae::data {

/// One file that a set was made from, also when it gave no window.
struct SourceFile {
  std::string path{};  ///< inside the dataset
  Split split = Split::train;
  std::string style{};      ///< "funk/groove1"
  std::string beat_type{};  ///< "beat" or "fill"
  double bpm = 0.0;
  int beats_per_bar = 4;  ///< the meter as the dataset's table says it
  int beat_unit = 4;
  std::int64_t notes = 0;      ///< notes in the file
  bool guessed_drums = false;  ///< no note is on the drum channel, and all were taken for drums
  LeftOutCounts left_out{};
  std::string error{};  ///< why it could not be read; empty when it could
  friend bool operator==(const SourceFile&, const SourceFile&) = default;
};

/// The first part of a style: "funk" of "funk/groove1".
[[nodiscard]] inline std::string primary_style(const std::string& style) {
  return style.substr(0, style.find('/'));
}

/// What the windows of one file are cut from.
struct FileWindows {
  /// Where a window begins.
  struct Window {
    std::int64_t first_row = 0;  ///< in `rows`
    std::int64_t bar = 0;        ///< bar of the file
    friend bool operator==(const Window&, const Window&) = default;
  };
  std::vector<float> rows;  ///< [n, depth]
  std::vector<Window> windows;
  friend bool operator==(const FileWindows&, const FileWindows&) = default;
};

/// What holds for all windows of a set.
struct WindowSetInfo {
  Cut cut = Cut::ours;
  int steps = 64;
  int depth = 27;
  DrumMap drum_map = DrumMap::roland();
  friend bool operator==(const WindowSetInfo&, const WindowSetInfo&) = default;
};

/// Windows in a file on disk or in memory. A cheap value: copies share the read-only rows, and any number of threads may read.
class WindowSet {
 public:
  /// Maps and checks the whole file, checksum included. Throws FileError (missing, a folder, unreadable) or FormatError
  /// (not such a file, another version, cut short, changed).
  [[nodiscard]] static WindowSet open(const std::filesystem::path& path);
  /// The windows of several sets, one set after the other. Shares their rows. Throws ArgumentError when there is none, or when they
  /// were not prepared alike.
  [[nodiscard]] static WindowSet join(std::span<const WindowSet> parts);

  /// The files that `keep` accepts, with their windows. Shares the rows.
  [[nodiscard]] WindowSet where(const std::function<bool(const SourceFile&)>& keep) const;
  /// Writes these files and windows as a set of their own, atomically. Throws FileError.
  void write(const std::filesystem::path& path) const;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] int steps() const;
  [[nodiscard]] int depth() const;
  [[nodiscard]] const WindowSetInfo& info() const;

  /// steps * depth floats, row-major; valid as long as a copy of this set lives. Throws ArgumentError when there is no such window.
  [[nodiscard]] std::span<const float> window(std::size_t index) const;
  [[nodiscard]] Split split(std::size_t index) const;
  [[nodiscard]] std::int64_t bar(std::size_t index) const;
  [[nodiscard]] const SourceFile& file(std::size_t index) const;

  /// The windows of a split, ascending.
  [[nodiscard]] std::vector<std::size_t> windows(Split split) const;
  /// All files, in the order of the dataset.
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

  /// Throws ArgumentError when the rows or windows do not fit the set's steps and depth.
  void add(SourceFile file, const FileWindows& windows);

  /// The set in memory, without a file.
  [[nodiscard]] WindowSet finish() const;
  /// The whole file as bytes.
  [[nodiscard]] std::string bytes() const;
  /// Writes it atomically. Throws FileError.
  void write(const std::filesystem::path& path) const;

 private:
  WindowSetInfo info_;
  std::vector<SourceFile> files_;
  std::vector<float> rows_;
  std::vector<std::int64_t> first_row_, file_, bar_;
};

}  // namespace musicvae::data

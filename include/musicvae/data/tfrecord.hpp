// TFRecord files: a sequence of records of arbitrary bytes. TensorFlow and Magenta store their datasets in this format.
//
// A record is its length (u64), the masked CRC-32C of the length (u32), its bytes, and the masked CRC-32C of the bytes (u32), all
// little-endian. The mask is ((crc >> 15) | (crc << 17)) + 0xA282EAD8. A compressed file is such a file in one gzip or zlib stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace musicvae::data {

/// How the whole file is compressed.
enum class Compression : std::uint8_t { none, gzip, zlib };

/// The largest record that is read or written, in bytes.
inline constexpr std::uint64_t kMaxRecordSize = std::uint64_t{1} << 30;

/// Reads the records of a file one after another and holds one at a time. One thread at a time.
class TfrecordReader {
 public:
  /// Throws FileError (missing, a folder, unreadable).
  explicit TfrecordReader(const std::filesystem::path& path);
  ~TfrecordReader();
  TfrecordReader(TfrecordReader&&) noexcept;
  TfrecordReader& operator=(TfrecordReader&&) noexcept;

  /// The next record, valid until the next call; nothing at the end of the file. Records are numbered from 0.
  ///
  /// Throws FormatError, which names the record, its byte offset (after decompression) and what is wrong with it. If only the bytes of a
  /// record are damaged, the next call continues with the record after it. If a length is damaged or the file is truncated, later records
  /// cannot be found, and the next call returns nothing.
  [[nodiscard]] std::optional<std::span<const std::byte>> next();

  /// The number of records that next() has reached, including damaged ones. The number of the last record is one less.
  [[nodiscard]] std::size_t count() const;
  /// "PATH: record N" for the last record, for error messages about its bytes.
  [[nodiscard]] std::string where() const;
  [[nodiscard]] Compression compression() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes records under a temporary name; close() renames the file to `path`. One thread at a time.
class TfrecordWriter {
 public:
  /// Throws FileError (no folder, unwritable).
  explicit TfrecordWriter(const std::filesystem::path& path, Compression compression = Compression::none);
  /// Without close(), the temporary file is removed and an existing file at `path` stays unchanged.
  ~TfrecordWriter();
  TfrecordWriter(TfrecordWriter&&) noexcept;
  TfrecordWriter& operator=(TfrecordWriter&&) noexcept;

  /// Appends a record. Throws ArgumentError (after close(), or for a record larger than kMaxRecordSize) or FileError (disk full).
  void add(std::string_view record);
  /// Completes the file. A reader of `path` sees either the old file or the whole new one. Throws FileError.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether the file begins like a TFRecord file: with a valid record header, or as gzip or zlib. Returns false for an empty file and for
/// anything that is not a regular file. Throws FileError (missing, unreadable).
[[nodiscard]] bool looks_like_tfrecord(const std::filesystem::path& path);

}  // namespace musicvae::data

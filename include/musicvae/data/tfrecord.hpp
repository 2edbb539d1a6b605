// TFRecord files: a row of records, each any bytes. What TensorFlow and Magenta keep their datasets in.
//
// A record is its length (u64), the masked CRC-32C of the length (u32), its bytes, and the masked CRC-32C of the bytes (u32), all
// little-endian; masked: ((crc >> 15) | (crc << 17)) + 0xA282EAD8. A packed file is such a file as one gzip stream.
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

/// How a file is packed as a whole.
enum class Compression : std::uint8_t { none, gzip, zlib };

/// The largest record that is read or written.
inline constexpr std::uint64_t max_record_size = std::uint64_t{1} << 30;

/// Reads the records of a file one after another, holding one at a time. One thread at a time.
class TfrecordReader {
 public:
  /// Throws FileError (missing, a folder, unreadable).
  explicit TfrecordReader(const std::filesystem::path& path);
  ~TfrecordReader();
  TfrecordReader(TfrecordReader&&) noexcept;
  TfrecordReader& operator=(TfrecordReader&&) noexcept;

  /// The next record, valid until the next call; nothing at the end. Records are numbered from 0.
  ///
  /// Throws FormatError, which names the record, its byte (in a gzip file, of what it unpacks to) and what is wrong with it. Where only
  /// a record's bytes were changed, the next call goes on with the record after it. Where a length was changed or the file is cut
  /// short, nothing after that can be told apart, and the next call gives nothing.
  [[nodiscard]] std::optional<std::span<const std::byte>> next();

  /// The records that next() came to, damaged ones too; the last one's number is one less.
  [[nodiscard]] std::size_t count() const;
  /// "PATH: record N" of the last one, for what is said about its bytes.
  [[nodiscard]] std::string where() const;
  [[nodiscard]] Compression compression() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes records under a temporary name that close() replaces by `path`. One thread at a time.
class TfrecordWriter {
 public:
  /// Throws FileError (no folder, unwritable).
  explicit TfrecordWriter(const std::filesystem::path& path, Compression compression = Compression::none);
  /// Without close() nothing stays, and a former file is as it was.
  ~TfrecordWriter();
  TfrecordWriter(TfrecordWriter&&) noexcept;
  TfrecordWriter& operator=(TfrecordWriter&&) noexcept;

  /// Throws ArgumentError (after close(), a record of more than max_record_size) or FileError (disk full).
  void add(std::string_view record);
  /// Completes the file: a reader of `path` sees the old file or the whole new one. Throws FileError.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Does the file begin as a TFRecord file does (a sound record head, or gzip)? False for an empty one and for what is no regular
/// file. Throws FileError (missing, unreadable).
[[nodiscard]] bool looks_like_tfrecord(const std::filesystem::path& path);

}  // namespace musicvae::data

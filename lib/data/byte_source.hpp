// The bytes of a file in order, decompressed if it is a gzip or zlib file.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "musicvae/data/tfrecord.hpp"

namespace musicvae::data {

class ByteSource {
 public:
  /// Recognises a gzip or zlib file by its first bytes, unless `is_plain` returns true for the first bytes (up to 12). Throws FileError
  /// (missing, a folder, unreadable).
  ByteSource(std::filesystem::path path, bool (*is_plain)(std::span<const std::byte>));

  /// Fills `out` from its start and returns the number of bytes. Fewer bytes than requested mean that the file has ended or is damaged; see
  /// damage(). Several consecutive gzip members read as one stream. Throws FileError when the disk fails.
  [[nodiscard]] std::size_t read(std::span<std::byte> out);

  /// Why a compressed file ended too early; empty if it did not.
  [[nodiscard]] const std::string& damage() const { return damage_; }
  [[nodiscard]] Compression compression() const { return compression_; }

 private:
  struct EndInflate {
    void operator()(z_stream* stream) const;
  };
  bool refill();
  [[nodiscard]] std::size_t read_plain(std::span<std::byte> out);
  [[nodiscard]] std::size_t read_packed(std::span<std::byte> out);

  std::filesystem::path path_;
  std::ifstream file_;
  std::vector<std::byte> buffer_;
  std::span<const std::byte> ready_;  // the unread part of the buffer
  std::unique_ptr<z_stream, EndInflate> inflate_;
  Compression compression_ = Compression::none;
  bool inside_member_ = true;
  std::string damage_;
};

}  // namespace musicvae::data

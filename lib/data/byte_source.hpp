// The bytes of a file in order, unpacked where it is a gzip or zlib file.
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
  /// A gzip or zlib file is known by its first bytes, unless `is_plain` says of the first bytes (up to 12) that they are not packed.
  /// Throws FileError (missing, a folder, unreadable).
  ByteSource(std::filesystem::path path, bool (*is_plain)(std::span<const std::byte>));

  /// Fills `out` from its front and says how much; less than all means that no more can be had: the end, or damage().
  /// Several gzip members in a row read as one. Throws FileError when the disk fails.
  [[nodiscard]] std::size_t read(std::span<std::byte> out);

  /// Why a packed file ended too early; empty when it did not.
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
  std::span<const std::byte> ready_;  // the part of the buffer that was not taken yet
  std::unique_ptr<z_stream, EndInflate> inflate_;
  Compression compression_ = Compression::none;
  bool inside_member_ = true;
  std::string damage_;
};

}  // namespace musicvae::data

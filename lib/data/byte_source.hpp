// The bytes of a file in order, unpacked where it is a gzip file.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace musicvae::data {

class ByteSource {
 public:
  /// A gzip file is known by its first three bytes, unless `is_plain` says of the first bytes (up to 12) that they are not gzip.
  /// Throws FileError (missing, a folder, unreadable).
  ByteSource(std::filesystem::path path, bool (*is_plain)(std::span<const std::byte>));

  /// Fills `out` from its front and says how much; less than all means that no more can be had: the end, or damage().
  /// Several gzip members in a row read as one. Throws FileError when the disk fails.
  [[nodiscard]] std::size_t read(std::span<std::byte> out);

  /// Why a gzip file ended too early; empty when it did not.
  [[nodiscard]] const std::string& damage() const { return damage_; }
  [[nodiscard]] bool is_gzip() const { return inflate_ != nullptr; }

 private:
  struct EndInflate {
    void operator()(z_stream* stream) const;
  };
  bool refill();
  [[nodiscard]] std::size_t read_plain(std::span<std::byte> out);
  [[nodiscard]] std::size_t read_gzip(std::span<std::byte> out);

  std::filesystem::path path_;
  std::ifstream file_;
  std::vector<std::byte> buffer_;
  std::span<const std::byte> ready_;  // the part of the buffer that was not taken yet
  std::unique_ptr<z_stream, EndInflate> inflate_;
  bool inside_member_ = true;
  std::string damage_;
};

}  // namespace musicvae::data

// Files piece by piece: opened with a clear error, or replaced as a whole when the last piece is written.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "musicvae/file.hpp"

namespace musicvae {

/// Throws FileError when it is missing, a folder or unreadable.
[[nodiscard]] std::ifstream open_to_read(const std::filesystem::path& path);

/// A file written under a temporary name beside `path` that commit() gives it. Without commit() nothing stays and a former
/// `path` is as it was. Every function throws FileError (no folder, unwritable, disk full).
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void append(std::string_view bytes);
  /// Fsyncs and renames; nothing can be appended afterwards.
  void commit(Durable durable = Durable::yes);

 private:
  void give_up(int error);

  std::filesystem::path path_;
  std::string temporary_;
  int fd_ = -1;  // -1: committed or given up
};

}  // namespace musicvae

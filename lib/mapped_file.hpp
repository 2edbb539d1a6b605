// A whole file in memory, read only.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>

#include "musicvae/error.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#include <fstream>
#include <vector>
#endif

namespace musicvae::detail {

#if defined(__unix__) || defined(__APPLE__)
/// A mapping of a regular file, so that only what is used is read. It stays valid when the file is replaced or deleted.
class MappedFile {
 public:
  /// Throws FileError. `kind` says what to name instead of a folder or a device.
  MappedFile(const std::filesystem::path& path, const std::string& kind) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) throw FileError(path.string() + ": cannot be opened: " + std::strerror(errno) + "; check the name and its permissions");
    struct stat status {};
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
      ::close(fd);
      throw FileError(path.string() + ": is not a regular file; name " + kind);
    }
    size_ = static_cast<std::size_t>(status.st_size);
    if (size_ != 0) {
      data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
      if (data_ == MAP_FAILED) {
        const int error = errno;
        ::close(fd);
        throw FileError(path.string() + ": cannot be mapped: " + std::strerror(error) + "; check the file system");
      }
    }
    ::close(fd);
  }
  ~MappedFile() {
    if (size_ != 0) ::munmap(data_, size_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Gives the memory of a part of a mapped file back. The part stays readable, and comes back where it is read.
inline void give_back_pages(std::span<const std::byte> part) noexcept {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(part.data()) / page * page;  // whole pages belong to the mapping
  const auto end = reinterpret_cast<std::uintptr_t>(part.data()) + part.size();
  if (!part.empty()) (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}
#else
/// The bytes of a regular file.
class MappedFile {
 public:
  MappedFile(const std::filesystem::path& path, const std::string& kind) {
    std::error_code ec;
    if (!std::filesystem::is_regular_file(path, ec)) throw FileError(path.string() + ": is not a regular file; name " + kind);
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in) throw FileError(path.string() + ": cannot be opened; check the name and its permissions");
    bytes_.resize(static_cast<std::size_t>(in.tellg()));
    if (!in.seekg(0).read(reinterpret_cast<char*>(bytes_.data()), static_cast<std::streamsize>(bytes_.size()))) {
      throw FileError(path.string() + ": cannot be read to its end; check the disk");
    }
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

inline void give_back_pages(std::span<const std::byte>) noexcept {}
#endif

}  // namespace musicvae::detail

// A disk of a few kilobytes for tests that fill it up. It is a tmpfs, which only root may mount.
#pragma once

#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

namespace musicvae::test {

class SmallDisk {
 public:
  SmallDisk(std::filesystem::path folder, const std::string& size) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    if (::mount("tmpfs", folder_.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0)
      why_not_ = std::string("a tmpfs cannot be mounted here: ") + std::strerror(errno);
  }
  ~SmallDisk() {
    if (why_not_.empty()) ::umount(folder_.c_str());
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// Empty if the disk was mounted; otherwise the reason to print when the test is skipped.
  [[nodiscard]] const std::string& why_not() const { return why_not_; }
  [[nodiscard]] const std::filesystem::path& path() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::string why_not_;
};

}  // namespace musicvae::test

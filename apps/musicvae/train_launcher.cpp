#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "musicvae/error.hpp"
#include "verbs.hpp"

namespace musicvae::app {

int launch_training(int /*argc*/, char** argv) {
  std::error_code ec;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ec).parent_path() / "musicvae-train";
  if (!std::filesystem::exists(program, ec)) {
    throw DeviceError("musicvae train: this build has no training; run scripts/setup.sh --train and build again with LibTorch");
  }
  ::execv(program.c_str(), argv + 1);
  throw FileError(program.string() + ": cannot be started: " + std::strerror(errno) + "; build it again");
}

}  // namespace musicvae::app

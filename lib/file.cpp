#include "musicvae/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what, int error, const char* mend) {
  throw FileError(path.string() + ": " + what + ": " + std::strerror(error) + "; " + mend);
}

const char* mend_for(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free some space or write elsewhere";
    case ENOENT:
    case ENOTDIR:
      return "make the folder first";
    case EISDIR:
      return "name a file, not a folder";
    default:
      return "check the folder's permissions or write elsewhere";
  }
}

}  // namespace

std::vector<std::byte> read_file(const std::filesystem::path& path, std::uintmax_t limit) {
  std::error_code ec;
  const auto status = std::filesystem::status(path, ec);
  if (status.type() == std::filesystem::file_type::not_found) throw FileError(path.string() + ": no such file; check the name");
  if (ec) throw FileError(path.string() + ": cannot look at it: " + ec.message() + "; check the path and its permissions");
  if (status.type() == std::filesystem::file_type::directory) throw FileError(path.string() + ": is a folder; name a file");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw FileError(path.string() + ": cannot be opened: " + std::strerror(errno) + "; check its permissions");
  std::vector<std::byte> bytes;
  constexpr std::size_t chunk = std::size_t{1} << 20;
  if (const std::uintmax_t size = std::filesystem::file_size(path, ec); !ec && size > limit) {
    throw FileError(path.string() + ": has " + std::to_string(size) + " bytes, more than the " + std::to_string(limit) +
                    " allowed here; is it the right file?");
  } else if (!ec) {
    bytes.reserve(size);
  }
  while (in) {
    const std::size_t old = bytes.size();
    bytes.resize(old + chunk);
    in.read(reinterpret_cast<char*>(bytes.data() + old), chunk);
    bytes.resize(old + static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > limit)
      throw FileError(path.string() + ": has more than the " + std::to_string(limit) + " bytes allowed here; is it the right file?");
  }
  if (in.bad()) throw FileError(path.string() + ": reading failed: " + std::strerror(errno) + "; check the disk");
  return bytes;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  if (std::filesystem::is_directory(path)) fail(path, "cannot be written", EISDIR, mend_for(EISDIR));
  std::string temporary = path.string() + ".XXXXXX";
  const int fd = ::mkstemp(temporary.data());
  if (fd < 0) fail(path, "cannot be written", errno, mend_for(errno));
  const auto give_up = [&](int error) {
    ::close(fd);
    ::unlink(temporary.c_str());
    fail(path, "writing failed", error, mend_for(error));
  };
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) give_up(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (::fchmod(fd, 0666 & ~mask) != 0 || ::fsync(fd) != 0) give_up(errno);
  ::close(fd);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    fail(path, "cannot be replaced", error, mend_for(error));
  }
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (const int dir = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY); dir >= 0) {  // so that the rename itself lasts
    ::fsync(dir);
    ::close(dir);
  }
}

}  // namespace musicvae

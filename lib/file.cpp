#include "musicvae/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "file_streams.hpp"
#include "musicvae/error.hpp"

namespace musicvae {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what, int error, const char* mend) {
  throw FileError(path.string() + ": " + what + ": " + std::strerror(error) + "; " + mend);
}

constexpr std::string_view kTemporary = ".XXXXXX";  // mkstemp replaces the Xs with letters and digits

const char* mend_for(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free some space or write elsewhere";
    case ENOENT:
    case ENOTDIR:
      return "create the folder first";
    case EISDIR:
      return "name a file, not a folder";
    default:
      return "check the folder's permissions or write elsewhere";
  }
}

}  // namespace

std::ifstream open_to_read(const std::filesystem::path& path) {
  std::error_code ec;
  const auto status = std::filesystem::status(path, ec);
  if (status.type() == std::filesystem::file_type::not_found) throw FileError(path.string() + ": no such file; check the name");
  if (ec) throw FileError(path.string() + ": cannot be accessed: " + ec.message() + "; check the path and its permissions");
  if (status.type() == std::filesystem::file_type::directory) throw FileError(path.string() + ": is a folder; name a file");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw FileError(path.string() + ": cannot be opened: " + std::strerror(errno) + "; check its permissions");
  return in;
}

std::vector<std::byte> read_file(const std::filesystem::path& path, std::uintmax_t limit) {
  std::ifstream in = open_to_read(path);
  std::error_code ec;
  std::vector<std::byte> bytes;
  constexpr std::size_t chunk = std::size_t{1} << 20;
  if (const std::uintmax_t size = std::filesystem::file_size(path, ec); !ec && size > limit) {
    throw FileError(path.string() + ": has " + std::to_string(size) + " bytes, more than the " + std::to_string(limit) +
                    " allowed here; check that it is the right file");
  } else if (!ec) {
    bytes.reserve(size);
  }
  while (in) {
    const std::size_t old = bytes.size();
    bytes.resize(old + chunk);
    in.read(reinterpret_cast<char*>(bytes.data() + old), chunk);
    bytes.resize(old + static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > limit)
      throw FileError(path.string() + ": has more than the " + std::to_string(limit) +
                      " bytes allowed here; check that it is the right file");
  }
  if (in.bad()) throw FileError(path.string() + ": reading failed: " + std::strerror(errno) + "; check the disk");
  return bytes;
}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code none;
  if (std::filesystem::is_symlink(path_, none)) {  // the link stays, and its target is replaced
    if (auto named = std::filesystem::weakly_canonical(path_, none); !none) path_ = std::move(named);
  }
  const auto status = std::filesystem::status(path_, none);
  if (std::filesystem::is_directory(status)) fail(path_, "cannot be written", EISDIR, mend_for(EISDIR));
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {  // a rename would replace it with a file
    throw FileError(path_.string() + ": is a device or a pipe, not a regular file; name a file");
  }
  struct stat made {};
  do {  // locked while it is written; if remove_abandoned_files removed it between the two calls, another one is made
    if (fd_ >= 0) ::close(fd_);
    temporary_ = path_.string() + std::string(kTemporary);
    fd_ = ::mkostemp(temporary_.data(), O_CLOEXEC);
    if (fd_ < 0) fail(path_, "cannot be written", errno, mend_for(errno));
  } while (::flock(fd_, LOCK_EX) == 0 && ::fstat(fd_, &made) == 0 && made.st_nlink == 0);
}

AtomicFile::~AtomicFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::give_up(int error) {
  ::close(std::exchange(fd_, -1));
  ::unlink(temporary_.c_str());
  fail(path_, "writing failed", error, mend_for(error));
}

void AtomicFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) give_up(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit(Durable durable) {
  std::error_code none;
  const bool sync = durable == Durable::yes || std::filesystem::exists(path_, none);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (::fchmod(fd_, 0666 & ~mask) != 0 || (sync && ::fsync(fd_) != 0)) give_up(errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary_.c_str());
    ::close(std::exchange(fd_, -1));
    fail(path_, "cannot be replaced", error, mend_for(error));
  }
  ::close(std::exchange(fd_, -1));  // this also releases the lock
  if (!sync) return;
  const std::filesystem::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
  if (const int dir = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY); dir >= 0) {  // makes the rename itself durable
    ::fsync(dir);
    ::close(dir);
  }
}

void write_file_atomically(const std::filesystem::path& path, std::string_view bytes, Durable durable) {
  AtomicFile file(path);
  file.append(bytes);
  file.commit(durable);
}

void remove_abandoned_files(const std::filesystem::path& folder, const std::function<bool(const std::string& name)>& is_ours) {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename().string();
    if (name.size() <= kTemporary.size()) continue;
    const std::size_t end = name.size() - kTemporary.size();
    const bool temporary = name[end] == '.' && std::all_of(name.begin() + static_cast<std::ptrdiff_t>(end) + 1, name.end(),
                                                           [](unsigned char c) { return std::isalnum(c) != 0; });
    if (!temporary || !is_ours(name.substr(0, end))) continue;
    const int fd = ::open(entry.path().c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) continue;
    struct stat found {};
    const bool regular = ::fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
    if (regular && ::flock(fd, LOCK_EX | LOCK_NB) == 0) ::unlink(entry.path().c_str());
    ::close(fd);
  }
}

}  // namespace musicvae

#include "musicvae/render/picture.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/file.hpp"

extern char** environ;

namespace musicvae::render {
namespace {

namespace fs = std::filesystem;

// A program that draws an SVG file: NAME ZOOM -o OUT.png IN.svg.
struct Drawer {
  const char* name;
  const char* zoom;
};

constexpr std::array kDrawers = {Drawer{"rsvg-convert", "--zoom=2"}, Drawer{"cairosvg", "--scale=2"}};
constexpr int kNotFound = 127;  // exit code of a shell, and of posix_spawnp on some systems, if the program does not exist

// A private folder for the two files, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = fs::temp_directory_path() / "musicvae-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw FileError(name + ": cannot be created; set TMPDIR to a writable folder");
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ec;
    fs::remove_all(path_, ec);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

// Runs a program silently and returns its exit code, or kNotFound if there is no program of that name.
int run(std::vector<std::string> arguments) {
  std::vector<char*> argv(arguments.size() + 1, nullptr);
  std::transform(arguments.begin(), arguments.end(), argv.begin(), [](std::string& argument) { return argument.data(); });
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int output : {STDOUT_FILENO, STDERR_FILENO}) posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return kNotFound;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::vector<std::byte> png_of(const std::string& svg, const fs::path& path) {
  const ScratchFolder scratch;
  const fs::path in = scratch / "picture.svg";
  const fs::path out = scratch / "picture.png";
  write_file_atomically(in, svg, Durable::no);
  for (const Drawer& drawer : kDrawers) {
    const int code = run({drawer.name, drawer.zoom, "-o", out.string(), in.string()});
    if (code == kNotFound) continue;
    if (code != 0 || !fs::exists(out)) throw DeviceError(path.string() + ": " + drawer.name + " cannot draw it; name a .svg file instead");
    return read_file(out);
  }
  throw DeviceError(path.string() +
                    ": a PNG needs rsvg-convert or cairosvg; apt install librsvg2-bin, or pip install cairosvg, or name a .svg file");
}

}  // namespace

void write_picture(const std::string& svg, const fs::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".svg") return write_file_atomically(path, svg, Durable::no);
  if (extension != ".png") throw ArgumentError(path.string() + ": a picture is SVG or PNG; name a .svg or .png file");
  const std::vector<std::byte> png = png_of(svg, path);
  write_file_atomically(path, std::string_view(reinterpret_cast<const char*>(png.data()), png.size()), Durable::no);
}

}  // namespace musicvae::render

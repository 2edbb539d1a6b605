#include "musicvae/render/soundfont.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>

#include "musicvae/error.hpp"

namespace musicvae::render {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// How likely a file of this name is a General MIDI soundfont; smaller is more likely.
std::size_t rank(const std::string& file_name) {
  constexpr std::array<std::string_view, 6> known = {"default-gm", "fluidr3_gm", "musescore_general", "generaluser", "timgm6mb", "gm"};
  const std::string name = lower_case(file_name);
  return static_cast<std::size_t>(
      std::find_if(known.begin(), known.end(), [&](std::string_view part) { return name.find(part) != name.npos; }) - known.begin());
}

bool is_soundfont_name(const fs::path& path) {
  const std::string extension = lower_case(path.extension().string());
  return extension == ".sf2" || extension == ".sf3";
}

}  // namespace

std::vector<fs::path> soundfont_folders() {
  std::vector<fs::path> data_folders;
  const fs::path home = variable("HOME");
  if (const std::string folder = variable("XDG_DATA_HOME"); !folder.empty()) {
    data_folders.emplace_back(folder);
  } else if (!home.empty()) {
    data_folders.push_back(home / ".local" / "share");
  }
  std::string list = variable("XDG_DATA_DIRS");
  if (list.empty()) list = "/usr/local/share:/usr/share:/opt/homebrew/share";  // the XDG default, and Homebrew's folder on Apple processors
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(':', begin), list.size());
    if (end > begin) data_folders.emplace_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  std::vector<fs::path> folders;
  for (const fs::path& data : data_folders) {
    for (const char* kind : {"sounds/sf2", "sounds/sf3", "soundfonts"}) folders.push_back(data / kind);
  }
  if (!home.empty()) folders.push_back(home / "Library" / "Audio" / "Sounds" / "Banks");
  return folders;
}

fs::path find_soundfont(const std::vector<fs::path>& folders) {
  if (const std::string named = variable("MUSICVAE_SOUNDFONT"); !named.empty()) return named;  // errors are reported when the file is read
  std::tuple<std::size_t, std::size_t, fs::path> best{SIZE_MAX, 0, {}};
  for (std::size_t i = 0; i < folders.size(); ++i) {
    std::error_code ec;
    for (fs::directory_iterator entry(folders[i], ec), end; !ec && entry != end; entry.increment(ec)) {
      std::error_code gone;  // for a dangling link
      if (!is_soundfont_name(entry->path()) || !fs::is_regular_file(entry->path(), gone)) continue;
      best = std::min(best, std::tuple(rank(entry->path().filename().string()), i, entry->path()));
    }
  }
  if (std::get<fs::path>(best).empty())
    throw FileError("no soundfont was found; apt install timgm6mb-soundfont, or set MUSICVAE_SOUNDFONT to an .sf2 or .sf3 file");
  return std::get<fs::path>(best);
}

}  // namespace musicvae::render

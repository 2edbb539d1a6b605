#include "export.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/sequence/drum_notes.hpp"

namespace musicvae::drummer {
namespace {

// The folder for music that the user's desktop names in user-dirs.dirs: XDG_MUSIC_DIR="$HOME/Musik". Empty if it names none.
std::filesystem::path desktop_music_folder(const std::filesystem::path& home) {
  const char* const config = std::getenv("XDG_CONFIG_HOME");
  std::ifstream file((config != nullptr && *config != '\0' ? std::filesystem::path(config) : home / ".config") / "user-dirs.dirs");
  constexpr std::string_view key = "XDG_MUSIC_DIR=\"";
  constexpr std::string_view in_home = "$HOME/";
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    const std::string value = line.substr(key.size(), line.rfind('"') - key.size());
    if (value.starts_with(in_home)) return home / value.substr(in_home.size());
    if (value.starts_with('/')) return value;
  }
  return {};
}

}  // namespace

DrumSequence as_played(const Pattern& pattern, const Feel& feel) {
  DrumSequence groove(pattern.steps);
  for (int step = 0; step < pattern.steps; ++step) {
    for (int d = 0; d < kDrums; ++d) {
      const auto i = static_cast<std::size_t>(d);
      const PatternCell& cell = pattern.at(step, d);
      if (!is_played(cell, feel, d)) continue;
      const float velocity = std::clamp(velocity_of(cell, pattern.mean_velocity[i], feel), 0.0F, 1.0F);
      groove.set(step, static_cast<Drum>(d), velocity, static_cast<float>(2.0 * offset_of(cell, step, feel)));
    }
  }
  return groove;
}

std::string midi_of(const Bank& bank, const Feel& feel, double tempo) {
  DrumMap map("drummer");
  for (int d = 0; d < kDrums; ++d) map.write_as(static_cast<Drum>(d), bank.pitches[static_cast<std::size_t>(d)]);
  return serialize_midi(to_notes(as_played(bank.variations[0], feel), map, tempo));
}

std::filesystem::path usual_export_folder() {
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') throw FileError("export: there is no home folder; choose a folder");
  std::filesystem::path music = desktop_music_folder(home);
  if (music.empty()) music = std::filesystem::path(home) / "Music";
  return music / "MusicVAE Drummer";
}

std::filesystem::path write_new_file(const std::filesystem::path& folder, const std::string& name, const std::string& bytes) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw FileError(folder.string() + ": cannot be made: " + error.message() + "; choose another folder");
  std::filesystem::path path;
  for (int number = 1;; ++number) {  // an empty file reserves the name, so that no other file of this name is replaced
    path = folder / (name + (number > 1 ? "-" + std::to_string(number) : "") + ".mid");
    if (std::FILE* const file = std::fopen(path.c_str(), "wbx")) {
      std::fclose(file);
      break;
    }
    if (errno != EEXIST) throw FileError(path.string() + ": cannot be written: " + std::strerror(errno) + "; choose another folder");
  }
  try {
    write_file_atomically(path, bytes);
  } catch (...) {
    std::filesystem::remove(path, error);
    throw;
  }
  return path;
}

}  // namespace musicvae::drummer

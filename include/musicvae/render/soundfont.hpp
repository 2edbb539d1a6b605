// Finds an installed soundfont.
#pragma once

#include <filesystem>
#include <vector>

namespace musicvae::render {

/// The folders that are searched, in order: sounds/sf2, sounds/sf3 and soundfonts in XDG_DATA_HOME (~/.local/share) and in each of
/// XDG_DATA_DIRS (/usr/local/share, /usr/share), then Homebrew's and the user's folders on macOS. They need not exist.
[[nodiscard]] std::vector<std::filesystem::path> soundfont_folders();

/// The file named by the environment variable MUSICVAE_SOUNDFONT. Without it, the .sf2 or .sf3 file in `folders` whose name is most likely
/// that of a General MIDI soundfont: the system's default-GM, FluidR3_GM, MuseScore_General, GeneralUser, TimGM6mb, then any with "GM" in
/// it, then any. Ties go to the first by folder and name. If there is none, throws FileError that says how to get one.
[[nodiscard]] std::filesystem::path find_soundfont(const std::vector<std::filesystem::path>& folders = soundfont_folders());

}  // namespace musicvae::render

// Where a soundfont is found by itself.
#pragma once

#include <filesystem>
#include <vector>

namespace musicvae::render {

/// The folders that are looked into, in order: sounds/sf2, sounds/sf3 and soundfonts in XDG_DATA_HOME (~/.local/share) and in each of
/// XDG_DATA_DIRS (/usr/local/share, /usr/share), then Homebrew's and the user's on macOS. They need not exist.
[[nodiscard]] std::vector<std::filesystem::path> soundfont_folders();

/// The file that the environment variable MUSICVAE_SOUNDFONT names; else the .sf2 or .sf3 file in `folders` that is the surest to be
/// a General MIDI one by its name (the system's default-GM, FluidR3_GM, MuseScore_General, GeneralUser, TimGM6mb, then any with "GM"
/// in it, then any), and of equals the first by folder and name. Throws FileError that says how to get one when there is none.
[[nodiscard]] std::filesystem::path find_soundfont(const std::vector<std::filesystem::path>& folders = soundfont_folders());

}  // namespace musicvae::render

// Export: the pattern as a MIDI file. For worker threads: it allocates and writes.
#pragma once

#include <filesystem>
#include <string>

#include "pattern.hpp"
#include "player.hpp"

namespace musicvae::drummer {

/// The pattern as it sounds: with the feel, the swing and the drums' shares. Hits that are not played are left out.
[[nodiscard]] DrumSequence as_played(const Pattern& pattern, const Feel& feel);

/// The bytes of a MIDI file of the bank's groove as it sounds, without fills and variations. Where the feel is as played, they are those
/// that `musicvae sample` writes for the same groove and tempo (quarter notes per minute, 4 or more).
[[nodiscard]] std::string midi_of(const Bank& bank, const Feel& feel, double tempo);

/// The folder "MusicVAE Drummer" in the user's folder for music: that of XDG (user-dirs.dirs), or "Music" in the home folder. Throws
/// FileError where there is no home folder.
[[nodiscard]] std::filesystem::path usual_export_folder();

/// Writes a file "NAME.mid" into the folder, which is made if it is missing, or "NAME-2.mid" and so on: a file that exists is never
/// replaced. A reader sees the whole file or an empty one. Returns its path. Throws FileError.
std::filesystem::path write_new_file(const std::filesystem::path& folder, const std::string& name, const std::string& bytes);

}  // namespace musicvae::drummer

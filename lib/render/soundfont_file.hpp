// Is it a soundfont at all?
#pragma once

#include <filesystem>

namespace musicvae::render {

/// Looks at the outer structure of a soundfont file (RIFF chunks "sdta" and "pdta" of form "sfbk", SoundFont 2.04 section 4.1):
/// FluidSynth says of a bad one only that it failed, and hands it to loaders that write to standard error. Throws FileError or
/// FormatError.
void check_soundfont(const std::filesystem::path& path);

}  // namespace musicvae::render

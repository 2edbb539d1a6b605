// Checks whether a file is a soundfont.
#pragma once

#include <filesystem>

namespace musicvae::render {

/// Checks the outer structure of a soundfont file (RIFF chunks "sdta" and "pdta" of form "sfbk", SoundFont 2.04 section 4.1). For an
/// invalid file FluidSynth reports only that it failed, after passing it to loaders that write to standard error. Throws FileError or
/// FormatError.
void check_soundfont(const std::filesystem::path& path);

}  // namespace musicvae::render

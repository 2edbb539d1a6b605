// Writes pictures to files.
#pragma once

#include <filesystem>
#include <string>

namespace musicvae::render {

/// Writes an SVG text to `path`, completely or not at all. A .svg file gets the text unchanged. A .png file is drawn at two pixels per CSS
/// pixel by rsvg-convert (librsvg) or, if PATH does not have it, by cairosvg. Throws ArgumentError for another extension, DeviceError for a
/// .png when neither program is installed or the installed one fails, and FileError.
void write_picture(const std::string& svg, const std::filesystem::path& path);

}  // namespace musicvae::render

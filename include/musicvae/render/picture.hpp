// Pictures as files.
#pragma once

#include <filesystem>
#include <string>

namespace musicvae::render {

/// Writes an SVG text to `path`, whole or not at all: to a .svg as it is; to a .png drawn at two pixels for each CSS pixel by the program
/// rsvg-convert (librsvg) or cairosvg, whichever PATH has first in this order. Throws ArgumentError for another extension, DeviceError
/// where a .png is asked for and neither program is installed or the one that is fails, and FileError.
void write_picture(const std::string& svg, const std::filesystem::path& path);

}  // namespace musicvae::render

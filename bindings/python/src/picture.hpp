// Pictures of music: the functions that all kinds of music have in common.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "bindings.hpp"
#include "musicvae/file.hpp"
#include "musicvae/render/music_svg.hpp"
#include "musicvae/render/picture.hpp"
#include "sound.hpp"

namespace musicvae::python {

/// Also writes a PNG with the package cairosvg: in a virtual environment it can be imported even if its program is not in PATH.
inline void write_picture(const std::string& svg, const std::filesystem::path& path) {
  try {
    render::write_picture(svg, path);
  } catch (const DeviceError& no_program) {
    py::object cairosvg;
    try {
      cairosvg = py::module_::import("cairosvg");
    } catch (const py::error_already_set&) {
      throw no_program;
    }
    const py::object png = cairosvg.attr("svg2png")(py::arg("bytestring") = py::bytes(svg), py::arg("scale") = 2);
    write_file_atomically(path, png.cast<std::string>());
  }
}

/// Writes music as a picture, or its notes as .mid or .wav.
template <class Value, class Notes>
void save_music(const Value& music, const Notes& notes, const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".svg" || extension == ".png") return write_picture(render::music_svg(music), path);
  save_notes(notes(), path);
}

/// What a notebook shows; nothing for music that is empty or too long for a picture.
template <class Value>
std::optional<std::string> picture_of(const Value& music) {
  if (music.steps() == 0 || music.steps() > render::kMaxPictureSteps) return std::nullopt;
  return render::music_svg(music);
}

}  // namespace musicvae::python

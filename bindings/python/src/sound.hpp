// Audio and files of notes: the functions that DrumSequence and NoteSequence have in common.
#pragma once

#include <filesystem>
#include <optional>

#include "bindings.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/interop/note_sequence_json.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/render/audio.hpp"
#include "musicvae/render/wav.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::python {

[[nodiscard]] inline render::Audio rendered(const NoteSequence& notes, int sample_rate,
                                            const std::optional<std::filesystem::path>& soundfont) {
  const py::gil_scoped_release release;
  return render::to_audio(notes, {.sample_rate = sample_rate, .soundfont = soundfont.value_or("")});
}

/// float32 [frames, 2].
[[nodiscard]] inline py::array_t<float> audio_of(const NoteSequence& notes, int sample_rate,
                                                 const std::optional<std::filesystem::path>& soundfont) {
  render::Audio audio = rendered(notes, sample_rate, soundfont);
  const auto frames = static_cast<py::ssize_t>(audio.frames());
  return to_array(std::move(audio.samples), {frames, 2});
}

/// An IPython.display.Audio of the notes.
[[nodiscard]] inline Player player_of(const NoteSequence& notes, const std::optional<std::filesystem::path>& soundfont) {
  py::object display;
  try {
    display = py::module_::import("IPython.display");
  } catch (const py::error_already_set& error) {
    if (!error.matches(PyExc_ImportError)) throw;
    throw DeviceError("play: a player needs IPython (pip install ipython); or write a file with save(\"groove.wav\")");
  }
  return Player(display.attr("Audio")(py::arg("data") = py::bytes(render::serialize_wav(rendered(notes, 44'100, soundfont)))));
}

/// Writes notes as .mid, .json or .wav.
inline void save_notes(const NoteSequence& notes, const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".mid" || extension == ".midi") return write_midi(notes, path);
  if (extension == ".json") return interop::write_notes(notes, path);
  if (extension == ".wav") return render::write_wav(rendered(notes, 44'100, {}), path);
  throw ArgumentError(path.string() +
                      ": no file of this kind is written; end its name in .mid, .json or .wav (a groove or a melody also in .svg or .png)");
}

}  // namespace musicvae::python

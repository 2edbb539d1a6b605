// Trio.
#include "musicvae/sequence/trio.hpp"

#include <cstdio>
#include <optional>
#include <string>

#include <pybind11/operators.h>

#include "bindings.hpp"
#include "musicvae/sequence/trio_notes.hpp"
#include "notes.hpp"
#include "picture.hpp"
#include "sound.hpp"

namespace musicvae::python {
namespace {

/// How a trio sounds in a file.
struct TrioPlaying {
  double qpm;
  int melody_program;
  int bass_program;
};

NoteSequence notes_of_trio(const Trio& trio, const TrioPlaying& playing, const std::optional<DrumMap>& map = {}) {
  return to_notes(trio, map.value_or(DrumMap::reduced()), playing.qpm,
                  {.melody_program = playing.melody_program, .bass_program = playing.bass_program});
}

Trio with_parts(const Trio& trio, const std::optional<Melody>& melody, const std::optional<Melody>& bass,
                const std::optional<DrumSequence>& drums) {
  return {melody.value_or(trio.melody()), bass.value_or(trio.bass()), drums.value_or(trio.drums())};
}

std::string trio_text(const Trio& trio) {
  char text[128];
  std::snprintf(text, sizeof(text), "<Trio: %g bars, %d steps, %d melody notes, %d bass notes, %d hits>", trio.bars(), trio.steps(),
                trio.melody().num_notes(), trio.bass().num_notes(), trio.drums().hits());
  return text;
}

/// The functions that turn a trio into notes, files and sound.
void add_playing(py::class_<Trio>& type) {
  const auto programs = [](auto&& add) { add(py::arg("qpm") = 120.0, py::arg("melody_program") = 0, py::arg("bass_program") = 33); };
  programs([&](const auto&... args) {
    type.def(
            "to_notes",
            [](const Trio& trio, double qpm, int melody, int bass, const std::optional<DrumMap>& map) {
              return notes_of_trio(trio, {qpm, melody, bass}, map);
            },
            args..., py::arg("map") = py::none(),
            "Convert to timed notes at `qpm` quarter notes per minute: the melody on channel 0, the bass on channel 1, the drums on "
            "channel 9.\n\nmelody_program and bass_program are General MIDI programs. `map` gives the drums their pitches.")
        .def(
            "save",
            [](const Trio& trio, const std::filesystem::path& path, double qpm, int melody, int bass) {
              save_music(
                  trio,
                  [&] {
                    return notes_of_trio(trio, {qpm, melody, bass});
                  },
                  path);
            },
            py::arg("path"), args...,
            R"(Write a .mid, .json, .wav, .svg or .png file atomically. A picture has three lanes.

Raises ArgumentError for another extension, FileError, for a .wav what audio() raises, and for a .png DeviceError if neither
rsvg-convert (librsvg) nor cairosvg is installed.)")
        .def(
            "audio",
            [](const Trio& trio, double qpm, int melody, int bass, int sample_rate, const std::optional<std::filesystem::path>& soundfont) {
              return audio_of(notes_of_trio(trio, {qpm, melody, bass}), sample_rate, soundfont);
            },
            args..., py::arg("sample_rate") = 44100, py::arg("soundfont") = py::none(),
            R"(Render the trio as audio, float32 [frames, 2], with FluidSynth. The default soundfont is find_soundfont().

Raises DeviceError if FluidSynth is not installed, and FileError if there is no soundfont.)")
        .def(
            "play",
            [](const Trio& trio, double qpm, int melody, int bass, const std::optional<std::filesystem::path>& soundfont) {
              return player_of(notes_of_trio(trio, {qpm, melody, bass}), soundfont);
            },
            args..., py::arg("soundfont") = py::none(), "A player for a notebook (IPython.display.Audio).");
  });
}

}  // namespace

void add_trio(py::module_& module) {
  py::class_<Trio> type(module, "Trio", R"(A melody, a bass line and drums of the same length, played together.

It is a value that can be drawn, played, saved as MIDI, WAV or a picture, copied, compared and pickled. Its parts are a Melody, a Melody
and a DrumSequence.

>>> bass = Melody.from_events([36, -2, -2, -2] * 4)
>>> trio = Trio(16).with_parts(bass=bass)
>>> trio
<Trio: 1 bars, 16 steps, 0 melody notes, 4 bass notes, 0 hits>
>>> trio.transposed(12).bass[0]
48
>>> (trio + trio).steps
32
)");
  type.def(py::init<int, Grid>(), py::arg("steps") = 64, py::arg("grid") = Grid{}, "Create a trio of `steps` steps with silent parts.")
      .def(py::init<Melody, Melody, DrumSequence>(), py::arg("melody"), py::arg("bass"), py::arg("drums"),
           "Create a trio of these parts. Raises ArgumentError unless all have the same steps and grid.")
      .def_static(
          "from_notes",
          [](const py::object& notes, const std::optional<DrumMap>& map, const Grid& grid, std::optional<int> bars) {
            return trio_from_notes(notes_from(notes), map.value_or(DrumMap::standard()), grid, bars).trio;
          },
          py::arg("notes"), py::arg("map") = py::none(), py::arg("grid") = Grid{}, py::arg("bars") = py::none(),
          R"(Quantise notes to a trio: a NoteSequence, or notes of pretty_midi, symusic, mido or note_seq.

The drum channel is the drums, General MIDI programs 32 to 39 are the bass, and 0 to 31 the melody. The notes of all instruments of a part
become one line. Other instruments are left out, and a part without notes is silent. Raises ArgumentError.)")
      .def_property_readonly("melody", &Trio::melody, "A copy of the melody.")
      .def_property_readonly("bass", &Trio::bass, "A copy of the bass.")
      .def_property_readonly("drums", &Trio::drums, "A copy of the drums.")
      .def("with_parts", &with_parts, py::arg("melody") = py::none(), py::arg("bass") = py::none(), py::arg("drums") = py::none(),
           "This trio with other parts; None keeps a part. Raises ArgumentError unless they have the trio's steps and grid.")
      .def_property_readonly("steps", &Trio::steps)
      .def_property_readonly("bars", &Trio::bars)
      .def_property_readonly("grid", &Trio::grid)
      .def("slice", &Trio::slice, py::arg("first"), py::arg("count"), "A new trio with `count` steps from `first` on.")
      .def("repeated", &Trio::repeated, py::arg("steps"), "This trio, repeated or cut to `steps` steps.")
      .def("transposed", &Trio::transposed, py::arg("semitones"),
           "This trio with melody and bass `semitones` higher. Raises ArgumentError if a pitch leaves 0 to 127.")
      .def("__add__", &Trio::concat, py::arg("next"), "Concatenate two trios.")
      .def(py::self == py::self)
      .def("_repr_svg_", &picture_of<Trio>)
      .def("__repr__", &trio_text)
      .def(py::pickle(
          [](const Trio& trio) { return py::make_tuple(trio.melody(), trio.bass(), trio.drums()); },
          [](const py::tuple& state) { return Trio(state[0].cast<Melody>(), state[1].cast<Melody>(), state[2].cast<DrumSequence>()); }));
  add_playing(type);
  let_copy(type);
}

}  // namespace musicvae::python

// Melody.
#include "musicvae/sequence/melody.hpp"

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <pybind11/operators.h>

#include "bindings.hpp"
#include "chords.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/melody_features.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "notes.hpp"
#include "picture.hpp"
#include "sound.hpp"

namespace musicvae::python {
namespace {

using Events = py::array_t<std::int8_t, py::array::c_style>;

Melody from_events(const std::vector<int>& events, const Grid& grid) {
  Melody melody(static_cast<int>(events.size()), grid);
  for (std::size_t step = 0; step < events.size(); ++step) melody.set(static_cast<int>(step), events[step]);
  return melody;
}

Events to_events(const Melody& melody) {
  const std::span<const std::int8_t> events = melody.events();
  return Events(static_cast<py::ssize_t>(events.size()), events.data());
}

NoteSequence notes_of(const Melody& melody, double qpm, int program) {
  return to_notes(melody, qpm, {.program = program});
}

std::string melody_text(const Melody& melody) {
  char text[96];
  std::snprintf(text, sizeof(text), "<Melody: %g bars, %d steps, %d notes>", melody.bars(), melody.steps(), melody.num_notes());
  return text;
}

}  // namespace

void add_melody(py::module_& module) {
  py::class_<Melody> type(module, "Melody", R"(A monophonic melody: one event per step of a grid.

An event is a MIDI pitch, with which a note begins, Melody.OFF, with which silence begins, or Melody.HOLD, with which nothing changes. It
can carry chords. It is a mutable value that can be drawn, played, saved as MIDI, WAV or a picture, copied, compared and pickled.

>>> tune = Melody.from_events([60, -2, 62, -2, 64, -2, -1, -2])
>>> tune
<Melody: 0.5 bars, 8 steps, 3 notes>
>>> tune.transposed(12)[0]
72
>>> (tune + tune).num_notes
6
)");
  type.attr("HOLD") = static_cast<int>(Melody::kHold);
  type.attr("OFF") = static_cast<int>(Melody::kOff);
  type.def(py::init<int, Grid>(), py::arg("steps") = 32, py::arg("grid") = Grid{}, "Create a silent melody of `steps` steps.")
      .def_static("from_events", &from_events, py::arg("events"), py::arg("grid") = Grid{},
                  "Create a melody from one event per step. Raises ArgumentError for an event that is not -2 (hold), -1 (off) or 0 to 127.")
      .def_static(
          "from_notes",
          [](const py::object& notes, const Grid& grid, std::optional<int> bars) {
            return melody_from_notes(notes_from(notes), grid, bars).melody;
          },
          py::arg("notes"), py::arg("grid") = Grid{}, py::arg("bars") = py::none(),
          R"(Quantise notes to a melody: a NoteSequence, or notes of pretty_midi, symusic, mido or note_seq.

The notes of all tracks become one line, except those on the drum channel. Of the notes that begin on a step, the highest stays. A
note ends where the next one begins. Raises ArgumentError for an invalid grid or number of bars, and what NoteSequence.from_notes()
raises.)")
      .def("events", &to_events, "A copy of the events, int8 [steps].")
      .def_property_readonly("steps", &Melody::steps)
      .def_property_readonly("bars", &Melody::bars)
      .def_property_readonly("grid", &Melody::grid)
      .def_property_readonly("num_notes", &Melody::num_notes, "How many notes begin in the melody.")
      .def_property_readonly("c_diatonic", &c_diatonic, "The share of notes that belong to C major, 0 to 1.")
      .def_property_readonly("density", &note_density, "The notes that begin per step, 0 to 1.")
      .def_property_readonly("interval", &average_interval, "The mean distance in pitch from a note to the next, in semitones.")
      .def_property_readonly("syncopation_16th", &syncopation_16th,
                             "The share of notes that begin on the second 16th of an 8th, when no note begins on the first, 0 to 1.")
      .def_property_readonly("syncopation_8th", &syncopation_8th,
                             "The share of notes that begin on the second 8th of a quarter, when no note begins in the first, 0 to 1.")
      .def("__getitem__", &Melody::at, py::arg("step"))
      .def("set", &Melody::set, py::arg("step"), py::arg("event"), "Set the event of a step.")
      .def("slice", &Melody::slice, py::arg("first"), py::arg("count"), "A new melody with the events of `count` steps from `first` on.")
      .def("repeated", &Melody::repeated, py::arg("steps"), "This melody, repeated or cut to `steps` steps.")
      .def("transposed", &Melody::transposed, py::arg("semitones"),
           "This melody, `semitones` higher. Raises ArgumentError if a pitch leaves 0 to 127.")
      .def("__add__", &Melody::concat, py::arg("next"), "Concatenate two melodies.")
      .def(py::self == py::self)
      .def("to_notes", &notes_of, py::arg("qpm") = 120.0, py::arg("program") = 0,
           "Convert to timed notes at `qpm` quarter notes per minute, played with a General MIDI program.")
      .def(
          "save",
          [](const Melody& melody, const std::filesystem::path& path, double qpm, int program) {
            save_music(
                melody, [&] { return notes_of(melody, qpm, program); }, path);
          },
          py::arg("path"), py::arg("qpm") = 120.0, py::arg("program") = 0,
          R"(Write a .mid, .json, .wav, .svg or .png file atomically. A picture is a piano roll.

Raises ArgumentError for another extension, FileError, for a .wav what audio() raises, and for a .png DeviceError if neither
rsvg-convert (librsvg) nor cairosvg is installed.)")
      .def(
          "audio",
          [](const Melody& melody, double qpm, int program, int sample_rate, const std::optional<std::filesystem::path>& soundfont) {
            return audio_of(notes_of(melody, qpm, program), sample_rate, soundfont);
          },
          py::arg("qpm") = 120.0, py::arg("program") = 0, py::arg("sample_rate") = 44100, py::arg("soundfont") = py::none(),
          R"(Render the melody as audio, float32 [frames, 2], with FluidSynth. The default soundfont is find_soundfont().

Raises DeviceError if FluidSynth is not installed, and FileError if there is no soundfont.)")
      .def(
          "play",
          [](const Melody& melody, double qpm, int program, const std::optional<std::filesystem::path>& soundfont) {
            return player_of(notes_of(melody, qpm, program), soundfont);
          },
          py::arg("qpm") = 120.0, py::arg("program") = 0, py::arg("soundfont") = py::none(),
          "A player for a notebook (IPython.display.Audio).")
      .def("_repr_svg_", &picture_of<Melody>)
      .def("__repr__", &melody_text)
      .def(py::pickle(
          [](const Melody& melody) { return py::make_tuple(melody.grid(), to_events(melody).attr("tolist")(), melody.chords()); },
          [](const py::tuple& state) {
            const Melody melody = from_events(state[1].cast<std::vector<int>>(), state[0].cast<Grid>());
            return state.size() < 3 ? melody : melody.with_chords(state[2].cast<ChordSequence>());
          }));
  add_chords_of(type);
  let_copy(py::class_<Melody>(module.attr("Melody")));
}

}  // namespace musicvae::python

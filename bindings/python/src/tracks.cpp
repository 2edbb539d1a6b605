// Tracks.
#include "musicvae/sequence/tracks.hpp"

#include <cstdio>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <pybind11/operators.h>

#include "bindings.hpp"
#include "chords.hpp"
#include "musicvae/sequence/tracks_features.hpp"
#include "musicvae/sequence/tracks_notes.hpp"
#include "notes.hpp"
#include "picture.hpp"
#include "sound.hpp"

namespace musicvae::python {
namespace {

/// (pitch, velocity, start, end), in steps.
using TrackNoteTuple = std::tuple<int, int, int, int>;

void add_track(Tracks& tracks, const std::vector<TrackNoteTuple>& notes, int program, bool drums) {
  Track track{.program = program, .drums = drums};
  for (const auto& [pitch, velocity, start, stop] : notes) track.notes.push_back({pitch, velocity, start, stop});
  tracks.add(std::move(track));
}

std::vector<TrackNoteTuple> notes_of_track(const Track& track) {
  std::vector<TrackNoteTuple> notes;
  for (const TrackNote& note : track.notes) notes.emplace_back(note.pitch, note.velocity, note.start, note.end);
  return notes;
}

Records track_records(const Tracks& tracks) {
  Records records;
  for (const Track& track : tracks.tracks()) {
    Record record;
    record["program"] = track.program;
    record["drums"] = track.drums;
    record["notes"] = notes_of_track(track);
    records.append(record);
  }
  return records;
}

std::string tracks_text(const Tracks& tracks) {
  char text[96];
  std::snprintf(text, sizeof(text), "<Tracks: %g bars, %zu tracks, %d notes>", tracks.bars(), tracks.tracks().size(), tracks.num_notes());
  return text;
}

using TracksState = std::tuple<int, Grid, std::vector<std::tuple<int, bool, std::vector<TrackNoteTuple>>>, ChordSequence>;

TracksState tracks_state(const Tracks& tracks) {
  TracksState state{tracks.steps(), tracks.grid(), {}, tracks.chords()};
  for (const Track& track : tracks.tracks()) std::get<2>(state).emplace_back(track.program, track.drums, notes_of_track(track));
  return state;
}

Tracks tracks_from_state(const TracksState& state) {
  const auto& [steps, grid, all, chords] = state;
  Tracks tracks(steps, grid);
  for (const auto& [program, drums, notes] : all) add_track(tracks, notes, program, drums);
  return tracks.with_chords(chords);
}

}  // namespace

void add_tracks(py::module_& module) {
  py::class_<Tracks> type(module, "Tracks", R"(Music of several instruments on a grid of steps, by default 24 per quarter note.

It is a mutable value that can be played, saved as MIDI or WAV, copied, compared and pickled.

>>> band = Tracks(96)
>>> band.add([(40, 90, 0, 48), (43, 80, 48, 96)], program=33)
>>> band.add([(36, 100, 0, 6), (38, 100, 24, 30)], drums=True)
>>> band
<Tracks: 1 bars, 2 tracks, 4 notes>
>>> band.tracks[0]["program"]
33
>>> (band + band).transposed(12).num_notes
8
)");
  type.def(py::init<int, Grid>(), py::arg("steps") = 96, py::arg("grid") = Tracks::kGrid, "Create `steps` steps without tracks.")
      .def_static(
          "from_notes",
          [](const py::object& notes, const Grid& grid, std::optional<int> bars) {
            return tracks_from_notes(notes_from(notes), grid, bars).tracks;
          },
          py::arg("notes"), py::arg("grid") = Tracks::kGrid, py::arg("bars") = py::none(),
          R"(Quantise notes to tracks: a NoteSequence, or notes of pretty_midi, symusic, mido or note_seq.

Each instrument is a track; they are ordered by program, with drums last. The sustain pedal lengthens notes. Raises ArgumentError.)")
      .def("add", &add_track, py::arg("notes"), py::arg("program") = 0, py::arg("drums") = false,
           R"(Append a track. notes: a list of (pitch, velocity, start, end), in steps.

program: a General MIDI program, 0 to 127; 0 for drums.
Raises ArgumentError for a value out of range, and for a note that is not inside the steps.)")
      .def_property_readonly("tracks", &track_records, "A list of dicts: program, drums, and notes as add() takes them.")
      .def_property_readonly("steps", &Tracks::steps)
      .def_property_readonly("bars", &Tracks::bars)
      .def_property_readonly("grid", &Tracks::grid)
      .def_property_readonly("num_notes", &Tracks::num_notes, "How many notes all tracks have.")
      .def_property_readonly("density", &notes_per_quarter, "The notes of all tracks per quarter note.")
      .def("slice", &Tracks::slice, py::arg("first"), py::arg("count"),
           "The notes that start in `count` steps from `first` on; they end there at the latest. Tracks without notes there are left out.")
      .def("repeated", &Tracks::repeated, py::arg("steps"), "These tracks, repeated or cut to `steps` steps.")
      .def("transposed", &Tracks::transposed, py::arg("semitones"),
           "These tracks, `semitones` higher; drums stay. Raises ArgumentError if a pitch leaves 0 to 127.")
      .def("__add__", &Tracks::concat, py::arg("next"), "Concatenate: each instrument goes on with the same instrument.")
      .def(py::self == py::self)
      .def(
          "to_notes", [](const Tracks& tracks, double qpm) { return to_notes(tracks, qpm); }, py::arg("qpm") = 120.0,
          "Convert to timed notes at `qpm` quarter notes per minute.")
      .def(
          "save",
          [](const Tracks& tracks, const std::filesystem::path& path, double qpm) {
            save_music(
                tracks, [&] { return to_notes(tracks, qpm); }, path);
          },
          py::arg("path"), py::arg("qpm") = 120.0,
          R"(Write a .mid, .json, .wav, .svg or .png file atomically. A picture is a piano roll of each track.

Raises ArgumentError for another extension, FileError, for a .wav what audio() raises, and for a .png DeviceError if neither
rsvg-convert (librsvg) nor cairosvg is installed.)")
      .def(
          "audio",
          [](const Tracks& tracks, double qpm, int sample_rate, const std::optional<std::filesystem::path>& soundfont) {
            return audio_of(to_notes(tracks, qpm), sample_rate, soundfont);
          },
          py::arg("qpm") = 120.0, py::arg("sample_rate") = 44100, py::arg("soundfont") = py::none(),
          R"(Render the tracks as audio, float32 [frames, 2], with FluidSynth. The default soundfont is find_soundfont().

Raises DeviceError if FluidSynth is not installed, and FileError if there is no soundfont.)")
      .def(
          "play",
          [](const Tracks& tracks, double qpm, const std::optional<std::filesystem::path>& soundfont) {
            return player_of(to_notes(tracks, qpm), soundfont);
          },
          py::arg("qpm") = 120.0, py::arg("soundfont") = py::none(), "A player for a notebook (IPython.display.Audio).")
      .def("_repr_svg_", &picture_of<Tracks>)
      .def("__repr__", &tracks_text)
      .def(py::pickle(&tracks_state, &tracks_from_state));
  add_chords_of(type);
  let_copy(py::class_<Tracks>(module.attr("Tracks")));
}

}  // namespace musicvae::python

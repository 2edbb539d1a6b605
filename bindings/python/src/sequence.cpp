// Grid, Cell, DrumMap and DrumSequence.
#include "musicvae/sequence/drum_sequence.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <tuple>

#include <pybind11/operators.h>

#include "bindings.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/drum_map_file.hpp"
#include "musicvae/render/audio.hpp"
#include "musicvae/render/wav.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "musicvae/sequence/groove_features.hpp"
#include "notes.hpp"
#include "picture.hpp"
#include "sound.hpp"

namespace musicvae::python {
namespace {

/// The model's rows, [steps, 27].
py::array_t<float> rows_of(const DrumSequence& sequence) {
  std::vector<float> rows(static_cast<std::size_t>(sequence.steps()) * kDrumTensorDepth);
  to_tensor(sequence, rows);
  return to_array(std::move(rows), {sequence.steps(), kDrumTensorDepth});
}

/// One field of every cell, [steps, 9].
template <class Part>
py::array_t<float> part_of(const DrumSequence& sequence, Part part) {
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(sequence.steps()) * kDrums);
  for (int step = 0; step < sequence.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) values.push_back(static_cast<float>(part(sequence.at(step, static_cast<Drum>(d)))));
  }
  return to_array(std::move(values), {sequence.steps(), kDrums});
}

DrumSequence from_rows(const py::object& object, const Grid& grid) {
  const FloatArray rows = floats_from(object, {-1, kDrumTensorDepth}, "drum sequence: rows");
  MusicVae::expect(span_of(rows), static_cast<std::size_t>(rows.size()), "drum sequence: rows");
  return from_tensor(span_of(rows), static_cast<int>(rows.shape(0)), grid);
}

NoteSequence played(const DrumSequence& sequence, double qpm, const std::optional<DrumMap>& map) {
  return to_notes(sequence, map.value_or(DrumMap::roland()), qpm);
}

void save(const DrumSequence& sequence, const std::filesystem::path& path, double qpm, const std::optional<DrumMap>& map) {
  save_music(
      sequence, [&] { return played(sequence, qpm, map); }, path);
}

std::string describe(const DrumSequence& sequence) {
  char text[96];
  std::snprintf(text, sizeof(text), "<DrumSequence: %g bars, %d steps, %d hits>", sequence.bars(), sequence.steps(), sequence.hits());
  return text;
}

// The complete state, including a drum without a pitch, which a model's JSON cannot express.
using MapState = std::tuple<std::string, std::vector<std::vector<int>>, std::vector<int>>;

MapState map_state(const DrumMap& map) {
  MapState state{map.name(), {}, {}};
  for (int d = 0; d < kDrums; ++d) {
    std::get<1>(state).push_back(map.pitches(static_cast<Drum>(d)));
    std::get<2>(state).push_back(map.pitch(static_cast<Drum>(d)));
  }
  return state;
}

DrumMap map_from_state(const MapState& state) {
  const auto& [name, heard, written] = state;
  if (heard.size() != kDrums || written.size() != kDrums)
    throw ArgumentError("pickle: the state is not that of a DrumMap; pickle the map again");
  DrumMap map(name);
  for (int d = 0; d < kDrums; ++d) map.write_as(static_cast<Drum>(d), written[static_cast<std::size_t>(d)]);
  for (int pitch = 0; pitch < 128; ++pitch) map.unmap(pitch);
  for (int d = 0; d < kDrums; ++d) {
    for (const int pitch : heard[static_cast<std::size_t>(d)]) map.map(pitch, static_cast<Drum>(d));
  }
  return map;
}

void add_map(py::module_& module) {
  py::class_<DrumMap>(module, "DrumMap", R"(A mapping between MIDI pitches and the nine drums, in both directions. A mutable value.)")
      .def(py::init<std::string>(), py::arg("name"), "Create a map without pitches.")
      .def_static("standard", &DrumMap::standard, "The default map: roland(), completed with the General MIDI pitches of reduced().")
      .def_static("roland", &DrumMap::roland, "The 22 pitches of the Roland TD-11 on which the Groove MIDI Dataset was played.")
      .def_static("reduced", &DrumMap::reduced, "The General MIDI drums reduced to nine classes, as Magenta does at inference.")
      .def_static("load", &load_drum_map, py::arg("path"), "Read a map from a JSON file. Raises FileError or ConfigError.")
      .def_property("name", &DrumMap::name, &DrumMap::rename)
      .def(
          "drum",
          [](const DrumMap& map, int pitch) -> std::optional<std::string> {
            const auto drum = map.drum(pitch);
            return drum ? std::optional(std::string(name(*drum))) : std::nullopt;
          },
          py::arg("pitch"), "The drum of a pitch, or None if the map does not contain the pitch.")
      .def(
          "pitch", [](const DrumMap& map, const DrumArgument& drum) { return map.pitch(drum_from(drum)); }, py::arg("drum"),
          "The output pitch of a drum.")
      .def(
          "pitches", [](const DrumMap& map, const DrumArgument& drum) { return map.pitches(drum_from(drum)); }, py::arg("drum"),
          "All pitches of a drum, ascending.")
      .def(
          "map", [](DrumMap& map, int pitch, const DrumArgument& drum) { map.map(pitch, drum_from(drum)); }, py::arg("pitch"),
          py::arg("drum"), "Map a pitch to a drum.")
      .def("unmap", &DrumMap::unmap, py::arg("pitch"), "Remove a pitch from the map.")
      .def(
          "write_as", [](DrumMap& map, const DrumArgument& drum, int pitch) { map.write_as(drum_from(drum), pitch); }, py::arg("drum"),
          py::arg("pitch"), "Set the output pitch of a drum, and map that pitch to the drum.")
      .def("completed_by", py::overload_cast<const DrumMap&>(&DrumMap::completed_by, py::const_), py::arg("other"),
           "A copy of this map, completed with the pitches that only `other` contains.")
      .def("__len__", &DrumMap::size)
      .def(py::self == py::self)
      .def("__repr__", [](const DrumMap& map) { return "<DrumMap \"" + map.name() + "\": " + std::to_string(map.size()) + " pitches>"; })
      .def(py::pickle(&map_state, &map_from_state));
  let_copy(py::class_<DrumMap>(module.attr("DrumMap")));
}

Grid checked(const Grid& grid) {
  (void)DrumSequence(0, grid);  // throws for an invalid grid
  return grid;
}

DrumSequence silence(int steps, const Grid& grid) {
  constexpr int most = 10'000'000;  // days of music; many more would end the process instead of raising an exception
  if (steps > most) {
    const double gigabytes = static_cast<double>(steps) * kDrums * sizeof(Cell) / 1e9;
    throw ArgumentError("drum sequence: " + std::to_string(steps) + " steps take " + std::to_string(std::lround(gigabytes)) + " GB; use " +
                        std::to_string(most) + " at most");
  }
  return DrumSequence(steps, grid);
}

void add_grid_and_cell(py::module_& module) {
  py::class_<Grid>(module, "Grid", "The division of time: steps per quarter note, and the meter. The default is 16ths in 4/4.")
      .def(py::init([](int steps_per_quarter, int beats_per_bar, int beat_unit) {
             return checked({steps_per_quarter, beats_per_bar, beat_unit});
           }),
           py::arg("steps_per_quarter") = 4, py::arg("beats_per_bar") = 4, py::arg("beat_unit") = 4)
      .def_readonly("steps_per_quarter", &Grid::steps_per_quarter)
      .def_readonly("beats_per_bar", &Grid::beats_per_bar, "The meter's numerator.")
      .def_readonly("beat_unit", &Grid::beat_unit, "The meter's denominator.")
      .def_property_readonly("steps_per_bar", &Grid::steps_per_bar)
      .def(py::self == py::self)
      .def("__hash__", [](const Grid& g) { return py::hash(py::make_tuple(g.steps_per_quarter, g.beats_per_bar, g.beat_unit)); })
      .def("__repr__",
           [](const Grid& g) {
             return "Grid(steps_per_quarter=" + std::to_string(g.steps_per_quarter) + ", beats_per_bar=" + std::to_string(g.beats_per_bar) +
                    ", beat_unit=" + std::to_string(g.beat_unit) + ")";
           })
      .def(py::pickle([](const Grid& g) { return py::make_tuple(g.steps_per_quarter, g.beats_per_bar, g.beat_unit); },
                      [](const py::tuple& s) {
                        return checked({s[0].cast<int>(), s[1].cast<int>(), s[2].cast<int>()});
                      }));
  let_copy(py::class_<Grid>(module.attr("Grid")));

  py::class_<Cell>(module, "Cell", "One drum at one step.")
      .def_readonly("hit", &Cell::hit)
      .def_readonly("velocity", &Cell::velocity, "0 to 1: MIDI velocity / 127.")
      .def_readonly("offset", &Cell::offset, "-1 to 1, in half steps: -1 is half a step early.")
      .def(py::self == py::self)
      .def("__hash__", [](const Cell& c) { return py::hash(py::make_tuple(c.hit, c.velocity, c.offset)); })
      .def("__repr__",
           [](const Cell& c) {
             return py::str("Cell(hit={}, velocity={:.3f}, offset={:+.3f})").format(c.hit, c.velocity, c.offset).cast<std::string>();
           })
      .def(py::pickle(
          [](const Cell& c) {
            return std::tuple{c.hit, c.velocity, c.offset};
          },
          [](const std::tuple<bool, float, float>& state) {
            const auto& [hit, velocity, offset] = state;
            return Cell{hit, velocity, offset};
          }));
  let_copy(py::class_<Cell>(module.attr("Cell")));
}

}  // namespace

void add_sequence(py::module_& module) {
  // Declared first, so that signatures can name it; add_notes defines its members.
  py::class_<NoteSequence>(module, "NoteSequence", "Timed notes with tempo and meter changes: what a MIDI file holds.");
  py::tuple names(kDrums);
  for (std::size_t d = 0; d < kDrums; ++d) names[d] = std::string(kDrumNames[d]);
  module.attr("DRUM_NAMES") = names;
  add_grid_and_cell(module);
  add_map(module);

  py::class_<DrumSequence>(module, "DrumSequence", R"(A drum groove: a grid of steps by nine drums.

Each cell holds a hit, its velocity (0 to 1) and its offset (-1 to 1, in half steps: negative is early). A notebook shows a groove as a
picture; it can be played, and saved as MIDI, WAV or SVG. It is a mutable value that can be copied, compared and pickled.

>>> groove = DrumSequence(16)
>>> for step in range(0, 16, 4):
...     groove.set(step, "kick")
>>> groove
<DrumSequence: 1 bars, 16 steps, 4 hits>
>>> groove[0, "kick"]
Cell(hit=True, velocity=0.800, offset=+0.000)
>>> groove.to_array().shape
(16, 27)
>>> (groove + groove).bars
2.0
)")
      .def(py::init(&silence), py::arg("steps") = 64, py::arg("grid") = Grid{}, "Create a silent groove of `steps` steps.")
      .def_static("from_array", &from_rows, py::arg("rows"), py::arg("grid") = Grid{},
                  R"(Create a groove from the model's rows, float32 [steps, 27]: hits, velocities and offsets of the nine drums.

A value above 0.5 is a hit. Velocities and offsets are clamped. In rows, a positive offset is early, as in Magenta's tensors.
Raises ArgumentError for another type or shape, or a number that is not finite.)")
      .def("to_array", &rows_of, "Convert to the model's rows, float32 [steps, 27]. In rows, a positive offset is early.")
      .def(
          "cells",
          [](const DrumSequence& s) {
            py::typing::Dict<py::str, py::array_t<float>> cells;
            cells["hits"] = part_of(s, [](const Cell& cell) { return cell.hit; });
            cells["velocities"] = part_of(s, [](const Cell& cell) { return cell.velocity; });
            cells["offsets"] = part_of(s, [](const Cell& cell) { return cell.offset; });
            return cells;
          },
          "\"hits\", \"velocities\" and \"offsets\", each float32 [steps, 9]; a negative offset is early.")
      .def_static(
          "from_notes",
          [](const py::object& notes, const std::optional<DrumMap>& map, const Grid& grid, std::optional<int> bars,
             const DrumChannelArgument& channel) { return drums_from(notes_from(notes), map, grid, bars, channel).sequence; },
          py::arg("notes"), py::arg("drum_map") = py::none(), py::arg("grid") = Grid{}, py::arg("bars") = py::none(),
          py::arg("drum_channel") = py::none(),
          R"(Create a groove from notes of pretty_midi, symusic, mido or note_seq, as NoteSequence.from_notes() and its to_drums() do.

NoteSequence.from_notes(notes).left_out() counts the notes that do not fit. Raises what these functions raise.)")
      .def_property_readonly("steps", &DrumSequence::steps)
      .def_property_readonly("bars", &DrumSequence::bars)
      .def_property_readonly("grid", &DrumSequence::grid)
      .def_property_readonly("num_hits", &DrumSequence::hits, "The number of cells with a hit.")
      .def_property_readonly("density", &DrumSequence::density, "The share of cells with a hit, 0 to 1.")
      .def_property_readonly("mean_velocity", &mean_velocity, "The mean velocity of the hits, 0 to 1; 0 without hits.")
      .def_property_readonly("velocity_spread", &velocity_spread, "The standard deviation of the hits' velocities, 0 to 0.5.")
      .def_property_readonly("offbeat_share", &offbeat_share, "The share of hits that are not on a beat, 0 to 1.")
      .def_property_readonly("swing", &swing,
                             "The mean delay of the off-beat 16ths in steps, -0.5 to 0.5: 0 is on the grid, a third is triplet swing.")
      .def_property_readonly("fill", &fill,
                             "How much the last bar is a fill: its hits per step on snare and toms, minus those of the bars before it.")
      .def_property_readonly("syncopation", &syncopation, R"(Longuet-Higgins and Lee's syncopation per bar and drum: 0 is none.

If a silent step of higher metrical weight follows a hit, the difference of the two weights counts. The value is at most 15 in 4/4.)")
      .def(
          "__getitem__", [](const DrumSequence& s, const std::pair<int, DrumArgument>& at) { return s.at(at.first, drum_from(at.second)); },
          py::arg("step_and_drum"))
      .def(
          "set",
          [](DrumSequence& s, int step, const DrumArgument& drum, float velocity, float offset) {
            s.set(step, drum_from(drum), velocity, offset);
          },
          py::arg("step"), py::arg("drum"), py::arg("velocity") = 0.8F, py::arg("offset") = 0.0F,
          "Set a hit. `drum` is a name from DRUM_NAMES or its index.")
      .def(
          "erase", [](DrumSequence& s, int step, const DrumArgument& drum) { s.erase(step, drum_from(drum)); }, py::arg("step"),
          py::arg("drum"), "Remove the hit from a cell.")
      .def("slice", &DrumSequence::slice, py::arg("first"), py::arg("count"), "A new groove with `count` steps from step `first` on.")
      .def("__add__", &DrumSequence::concat, py::arg("next"), "Concatenate two grooves.")
      .def(py::self == py::self)
      .def("to_notes", &played, py::arg("qpm") = 120.0, py::arg("drum_map") = py::none(),
           "Convert to timed notes at `qpm` quarter notes per minute.")
      .def(
          "to_pretty_midi",
          [](const DrumSequence& s, double qpm, const std::optional<DrumMap>& map) {
            return py::cast(played(s, qpm, map)).attr("to_pretty_midi")();
          },
          py::arg("qpm") = 120.0, py::arg("drum_map") = py::none(),
          "to_notes() as a pretty_midi.PrettyMIDI; see NoteSequence.to_pretty_midi.")
      .def(
          "to_symusic",
          [](const DrumSequence& s, double qpm, const std::optional<DrumMap>& map) {
            return py::cast(played(s, qpm, map)).attr("to_symusic")();
          },
          py::arg("qpm") = 120.0, py::arg("drum_map") = py::none(), "to_notes() as a symusic.Score; see NoteSequence.to_symusic.")
      .def("save", &save, py::arg("path"), py::arg("qpm") = 120.0, py::arg("drum_map") = py::none(),
           R"(Write a .mid, .json, .wav, .svg or .png file atomically.

Raises ArgumentError for another extension, FileError, for a .wav what audio() raises, and for a .png DeviceError if neither
rsvg-convert (librsvg) nor cairosvg is installed.)")
      .def(
          "audio",
          [](const DrumSequence& s, double qpm, int sample_rate, const std::optional<std::filesystem::path>& soundfont) {
            return audio_of(to_notes(s, DrumMap::roland(), qpm), sample_rate, soundfont);
          },
          py::arg("qpm") = 120.0, py::arg("sample_rate") = 44100, py::arg("soundfont") = py::none(),
          R"(Render the groove as audio, float32 [frames, 2], with FluidSynth. The default soundfont is find_soundfont().

Raises DeviceError if FluidSynth is not installed, and FileError if there is no soundfont.)")
      .def(
          "play",
          [](const DrumSequence& s, double qpm, const std::optional<std::filesystem::path>& soundfont) {
            return player_of(to_notes(s, DrumMap::roland(), qpm), soundfont);
          },
          py::arg("qpm") = 120.0, py::arg("soundfont") = py::none(), "A player for a notebook (IPython.display.Audio).")
      .def(
          "plot",
          [](const py::object& self, const py::object& ax, const py::kwargs& options) -> py::object {
            return py::module_::import("musicvae_cpp.plot").attr("grid")(self, py::arg("ax") = ax, **options);
          },
          py::arg("ax") = py::none(), "Draw the grid with matplotlib; see musicvae_cpp.plot.grid.")
      .def("_repr_svg_", &picture_of<DrumSequence>)
      .def("__repr__", &describe)
      .def(py::pickle([](const DrumSequence& s) { return py::make_tuple(s.grid(), rows_of(s).attr("tobytes")()); },
                      [](const py::tuple& state) {
                        const auto bytes = state[1].cast<std::string>();
                        std::vector<float> rows(bytes.size() / sizeof(float));
                        std::memcpy(rows.data(), bytes.data(), rows.size() * sizeof(float));
                        return from_tensor(rows, static_cast<int>(rows.size() / kDrumTensorDepth), state[0].cast<Grid>());
                      }));
  let_copy(py::class_<DrumSequence>(module.attr("DrumSequence")));
}

}  // namespace musicvae::python

// NoteSequence and MIDI files.
#include "musicvae/sequence/note_sequence.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <pybind11/operators.h>

#include "bindings.hpp"
#include "musicvae/data/chord_inference.hpp"
#include "musicvae/data/note_sequence_record.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/hit_notes.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "notes.hpp"
#include "sound.hpp"

namespace musicvae::python {
namespace {

Records records_of(const NoteSequence& notes, const std::vector<Note>& which) {
  Records records;
  for (const Note& note : which) {
    Record record;
    record["pitch"] = note.pitch;
    record["velocity"] = note.velocity;
    record["start"] = notes.start_seconds(note).value;
    record["end"] = notes.end_seconds(note).value;
    record["channel"] = note.channel;
    record["program"] = note.program;
    record["track"] = note.track;
    record["is_drum"] = note.is_drum();
    records.append(record);
  }
  return records;
}

double total_seconds(const NoteSequence& notes) {
  double end = 0.0;
  for (const Note& note : notes.notes) end = std::max(end, notes.end_seconds(note).value);
  return end;
}

// The complete state, so that a pickle gives back an equal value even where a MIDI file cannot (velocity 0, notes past the end).
using NoteStates = std::vector<std::tuple<int, int, std::int64_t, std::int64_t, int, int, int>>;
using State = std::tuple<int, std::vector<std::pair<std::int64_t, std::uint32_t>>, std::vector<std::tuple<std::int64_t, int, int>>,
                         NoteStates, NoteStates, std::int64_t, std::vector<std::pair<std::int64_t, std::string>>,
                         std::vector<std::tuple<std::int64_t, bool, int, int>>>;

NoteStates states_of(const std::vector<Note>& notes) {
  NoteStates states;
  for (const Note& n : notes) states.emplace_back(n.pitch, n.velocity, n.start.value, n.end.value, n.channel, n.program, n.track);
  return states;
}

std::vector<Note> from_states(const NoteStates& states) {
  std::vector<Note> notes;
  for (const auto& [pitch, velocity, start, stop, channel, program, track] : states) {
    notes.push_back({pitch, velocity, {start}, {stop}, channel, program, track});
  }
  return notes;
}

State state_of(const NoteSequence& notes) {
  State state;
  auto& [ticks_per_quarter, tempos, signatures, all, unended, end, chords, pedals] = state;
  ticks_per_quarter = notes.tempo_map.ticks_per_quarter();
  for (const Tempo& tempo : notes.tempo_map.tempos()) tempos.emplace_back(tempo.at.value, tempo.microseconds_per_quarter);
  for (const TimeSignature& s : notes.time_signatures) signatures.emplace_back(s.at.value, s.numerator, s.denominator);
  all = states_of(notes.notes);
  unended = states_of(notes.unended);
  end = notes.end.value;
  for (const ChordAnnotation& chord : notes.chords) chords.emplace_back(chord.at.value, chord.symbol);
  for (const PedalChange& pedal : notes.pedals) pedals.emplace_back(pedal.at.value, pedal.down, pedal.channel, pedal.track);
  return state;
}

NoteSequence from_state(const State& state) {
  const auto& [ticks_per_quarter, tempos, signatures, all, unended, end, chords, pedals] = state;
  NoteSequence notes;
  std::vector<Tempo> map;
  for (const auto& [at, microseconds] : tempos) map.push_back({{at}, microseconds});
  notes.tempo_map = TempoMap(ticks_per_quarter, std::move(map));
  for (const auto& [at, numerator, denominator] : signatures) notes.time_signatures.push_back({{at}, numerator, denominator});
  notes.notes = from_states(all);
  notes.unended = from_states(unended);
  notes.end = {end};
  for (const auto& [at, symbol] : chords) notes.chords.push_back({{at}, symbol});
  for (const auto& [at, down, channel, track] : pedals) notes.pedals.push_back({{at}, down, channel, track});
  return notes;
}

NoteSequence from_bytes(const py::buffer& buffer, const std::string& source) {
  const py::buffer_info info = buffer.request();
  if (info.ndim != 1 || info.itemsize != 1 || info.strides[0] != 1)
    throw ArgumentError("parse midi: the buffer is not contiguous bytes; give bytes");
  return parse_midi({static_cast<const std::byte*>(info.ptr), static_cast<std::size_t>(info.size)}, source);
}

NoteSequence from_file(const BinaryFile& file) {
  const py::object name = py::getattr(file, "name", py::none());  // an integer if the file was opened by its descriptor
  const std::string source = py::isinstance<py::str>(name) ? name.cast<std::string>() : "file";
  const bool is_text = py::isinstance(file, py::module_::import("io").attr("TextIOBase"));  // is not read: decoding may fail
  const py::object data = is_text ? py::object(py::str()) : file.attr("read")();
  if (!py::isinstance<py::buffer>(data)) throw ArgumentError("read midi: " + source + " does not return bytes; open it with mode \"rb\"");
  return from_bytes(py::buffer(data), source);
}

/// Bytes are the contents of a file, not its name.
using MidiSource = std::variant<py::buffer, std::filesystem::path, BinaryFile>;

NoteSequence read_any(const MidiSource& source) {
  if (const auto* bytes = std::get_if<py::buffer>(&source)) return from_bytes(*bytes, "bytes");
  if (const auto* file = std::get_if<BinaryFile>(&source)) return from_file(*file);
  const py::gil_scoped_release release;
  return read_midi(std::get<std::filesystem::path>(source));
}

py::object call(const char* function, const NoteSequence& notes) {
  return py::module_::import("musicvae_cpp._interchange").attr(function)(notes);
}

}  // namespace

bool is_note_seq(const py::object& other) {
  return py::hasattr(other, "SerializeToString") && py::hasattr(other, "DESCRIPTOR") &&
         py::str(other.attr("DESCRIPTOR").attr("name")).cast<std::string>() == "NoteSequence";
}

NoteSequence notes_from(const py::object& other) {
  if (py::isinstance<NoteSequence>(other)) return other.cast<NoteSequence>();
  if (is_note_seq(other)) {
    const py::bytes bytes = other.attr("SerializeToString")();
    const std::string_view view = bytes;
    return data::parse_note_sequence(std::as_bytes(std::span(view)), "note_seq.NoteSequence").notes;
  }
  return py::module_::import("musicvae_cpp._interchange").attr("from_notes")(other).cast<NoteSequence>();
}

void add_notes(py::module_& module) {
  py::class_<NoteSequence> notes_type(module.attr("NoteSequence"));
  add_arrays(notes_type);
  notes_type
      .def_static("from_notes", &notes_from, py::arg("notes"),
                  R"(Convert notes of another package: pretty_midi.PrettyMIDI, symusic.Score, mido.MidiFile or note_seq's NoteSequence.

A NoteSequence is returned as it is. Tracks, programs, drums, tempos and time signatures are kept. The data guide lists what each package
loses. Raises ArgumentError for any other type, and ArgumentError or FormatError for notes that MIDI cannot hold.)")
      .def(
          "records", [](const NoteSequence& notes) { return records_of(notes, notes.notes); },
          R"(A list of dicts, one per note: pitch, velocity, start, end (seconds), channel, program, track, is_drum.

pandas.DataFrame(notes.records()) makes a table of it. unended() returns the notes without a note-off.)")
      .def(
          "unended", [](const NoteSequence& notes) { return records_of(notes, notes.unended); },
          R"(The records of the notes that no later note-off ends. Their end equals their start.

Drum hits need no length, so to_drums() uses these notes, too. records() leaves them out, as pretty_midi and Magenta do.)")
      .def_property_readonly(
          "tempos",
          [](const NoteSequence& notes) {
            std::vector<std::pair<double, double>> tempos;
            for (const TempoSegment& segment : notes.tempo_map.segments()) tempos.emplace_back(segment.time.value, segment.qpm);
            return tempos;
          },
          "(seconds, quarter notes per minute) of each tempo; at least one.")
      .def_property_readonly(
          "time_signatures",
          [](const NoteSequence& notes) {
            std::vector<std::tuple<double, int, int>> signatures;
            for (const TimeSignature& s : notes.time_signatures)
              signatures.emplace_back(notes.tempo_map.seconds(s.at).value, s.numerator, s.denominator);
            return signatures;
          },
          "(seconds, numerator, denominator) of each time signature.")
      .def_property_readonly(
          "pedals",
          [](const NoteSequence& notes) {
            Records records;
            for (const PedalChange& pedal : notes.pedals) {
              Record record;
              record["time"] = notes.tempo_map.seconds(pedal.at).value;
              record["down"] = pedal.down;
              record["channel"] = pedal.channel;
              record["track"] = pedal.track;
              records.append(record);
            }
            return records;
          },
          "A list of dicts: where the sustain pedal of a channel goes down or up. Notes end where their keys go up, whatever the pedal.")
      .def_property_readonly(
          "chords",
          [](const NoteSequence& notes) {
            std::vector<std::pair<double, std::string>> chords;
            for (const ChordAnnotation& chord : notes.chords) chords.emplace_back(notes.tempo_map.seconds(chord.at).value, chord.symbol);
            return chords;
          },
          "(seconds, symbol) of each chord. MIDI files have none; note_seq's NoteSequence and records may.")
      .def(
          "with_chords",
          [](NoteSequence notes, const std::vector<std::pair<double, std::string>>& chords) {
            notes.chords.clear();
            for (const auto& [seconds, symbol] : chords) notes.chords.push_back({notes.tempo_map.ticks({seconds}), symbol});
            std::stable_sort(notes.chords.begin(), notes.chords.end(),
                             [](const ChordAnnotation& a, const ChordAnnotation& b) { return a.at < b.at; });
            return notes;
          },
          py::arg("chords"), "These notes with other chords, (seconds, symbol) each. Raises ArgumentError for an impossible time.")
      .def(
          "infer_chords",
          [](const NoteSequence& notes) {
            std::vector<std::pair<double, std::string>> chords;
            for (const ChordAnnotation& chord : data::infer_chords(notes)) {
              chords.emplace_back(notes.tempo_map.seconds(chord.at).value, chord.symbol);
            }
            return chords;
          },
          R"(Find the chords that the notes suggest, as with_chords() takes them: one per half bar in 4/4, as Magenta infers them.

Raises ArgumentError for no notes, another meter than 4/4, 6/8, 2/2, 2/4 or 3/4, several meters, or more than 1000 chords.)")
      .def_property_readonly("ticks_per_quarter", [](const NoteSequence& notes) { return notes.tempo_map.ticks_per_quarter(); })
      .def_property_readonly("total_time", &total_seconds, "The end of the last note, in seconds.")
      .def("__len__", [](const NoteSequence& notes) { return notes.notes.size(); })
      .def(
          "to_drums",
          [](const NoteSequence& notes, const std::optional<DrumMap>& map, const Grid& grid, std::optional<int> bars,
             const DrumChannelArgument& channel) { return drums_from(notes, map, grid, bars, channel).sequence; },
          py::arg("drum_map") = py::none(), py::arg("grid") = Grid{}, py::arg("bars") = py::none(), py::arg("drum_channel") = py::none(),
          R"(Quantise the drum notes to a grid that begins at the first tick.

The result has `bars` bars, by default as many as the hits need.
drum_map: by default DrumMap.standard(), the pitches of a drum kit and those of General MIDI. drum_channel: "any", 0 to 15, or None.
None takes channel 9 or, if that has no notes and the pitches are those of a drum kit, every channel. left_out() counts the notes that
do not fit.)")
      .def(
          "left_out",
          [](const NoteSequence& notes, const std::optional<DrumMap>& map, const Grid& grid, std::optional<int> bars,
             const DrumChannelArgument& channel) { return to_dict(drums_from(notes, map, grid, bars, channel).left_out); },
          py::arg("drum_map") = py::none(), py::arg("grid") = Grid{}, py::arg("bars") = py::none(), py::arg("drum_channel") = py::none(),
          "Count the notes that to_drums() with the same arguments leaves out, by reason.")
      .def("save", &save_notes, py::arg("path"), "Write a .mid, .json (a NoteSequence for magenta.js) or .wav file atomically.")
      .def(
          "to_midi", [](const NoteSequence& notes) { return py::bytes(serialize_midi(notes)); }, "The bytes of a MIDI file.")
      .def(
          "to_pretty_midi", [](const NoteSequence& notes) { return call("to_pretty_midi", notes); },
          R"(Convert to a pretty_midi.PrettyMIDI with the same resolution, tempos, time signatures and notes.

Each track and program becomes one instrument. Raises DeviceError if pretty_midi is not installed.)")
      .def(
          "to_symusic", [](const NoteSequence& notes) { return call("to_symusic", notes); },
          R"(Convert to a symusic.Score in ticks with the same ticks, tempos, time signatures and notes.

Each track and program becomes one track. Raises DeviceError if symusic is not installed.)")
      .def("audio", &audio_of, py::arg("sample_rate") = 44100, py::arg("soundfont") = py::none(),
           "Render the notes as audio, float32 [frames, 2]; see DrumSequence.audio().")
      .def("play", &player_of, py::arg("soundfont") = py::none(), "A player for a notebook (IPython.display.Audio).")
      .def(py::self == py::self)
      .def("__repr__",
           [](const NoteSequence& notes) {
             const std::string unended = notes.unended.empty() ? "" : ", " + std::to_string(notes.unended.size()) + " unended";
             return py::str("<NoteSequence: {} notes{}, {:.2f} s>")
                 .format(notes.notes.size(), unended, total_seconds(notes))
                 .cast<std::string>();
           })
      .def(py::pickle(&state_of, &from_state));
  let_copy(py::class_<NoteSequence>(module.attr("NoteSequence")));

  module.def("read_midi", &read_any, py::arg("path"),
             R"(Read a MIDI file, given as a path, as the bytes of the file (not of its name), or as a file object in binary mode.

Raises FileError, or FormatError, which names the byte.)");
  module.def(
      "notes_of_hits",
      [](const py::object& hits, double qpm) {
        const FloatArray rows = floats_from(hits, {-1, static_cast<py::ssize_t>(kFullDrumPitches.size())}, "notes_of_hits: hits");
        return notes_of_hits(span_of(rows), static_cast<int>(rows.shape(0)), {}, qpm);
      },
      py::arg("hits"), py::arg("qpm") = 120.0,
      R"(Convert hits of 61 drum classes, float32 [steps, 61] of 0/1, to notes. Each class has its own pitch.

decode_arrays() of a model with all 61 General MIDI drums (nade-drums_2bar_full) returns such hits. A DrumSequence would reduce them to nine
drums. Raises ArgumentError.)");
  module.def(
      "parse_midi", &from_bytes, py::arg("data"), py::arg("source") = "bytes",
      "Parse the bytes of a MIDI file. Raises FormatError, which names the byte. `source` is the name of the bytes in error messages.");
}

}  // namespace musicvae::python

// SecondsPiece.
#include "musicvae/data/seconds_piece.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <pybind11/operators.h>

#include "bindings.hpp"
#include "musicvae/error.hpp"
#include "notes.hpp"

namespace musicvae::python {
namespace {

using data::SecondsNote;
using data::SecondsPiece;

/// (pitch, velocity, start, end, instrument, program, is_drum), in seconds.
using SecondsNoteTuple = std::tuple<int, int, double, double, int, int, bool>;
using TempoTuple = std::pair<double, double>;
using MeterTuple = std::tuple<double, int, int>;
using ChordTuple = std::pair<double, std::string>;
using KeyTuple = std::pair<double, int>;
using PedalTuple = std::tuple<double, bool, int>;

SecondsPiece piece_of(const std::vector<SecondsNoteTuple>& notes, const std::vector<TempoTuple>& tempos,
                      const std::vector<MeterTuple>& meters, const std::vector<ChordTuple>& chords, const std::vector<KeyTuple>& keys,
                      const std::vector<PedalTuple>& pedals, std::optional<double> total_time) {
  SecondsPiece piece;
  for (const auto& [pitch, velocity, start, stop, instrument, program, drums] : notes) {
    piece.notes.push_back({pitch, velocity, start, stop, instrument, program, drums});
    piece.end = std::max(piece.end, stop);
  }
  for (const auto& [at, qpm] : tempos) piece.tempos.push_back({at, qpm});
  for (const auto& [at, numerator, denominator] : meters) piece.meters.push_back({at, numerator, denominator});
  for (const auto& [at, symbol] : chords) piece.chords.push_back({at, symbol});
  for (const auto& [at, key] : keys) piece.keys.push_back({at, key});
  for (const auto& [at, down, instrument] : pedals) piece.pedals.push_back({at, down, instrument});
  piece.end = total_time.value_or(piece.end);
  return piece;
}

std::vector<SecondsNoteTuple> notes_in_piece(const SecondsPiece& piece) {
  std::vector<SecondsNoteTuple> notes;
  for (const SecondsNote& n : piece.notes) notes.emplace_back(n.pitch, n.velocity, n.start, n.end, n.instrument, n.program, n.drums);
  return notes;
}

std::vector<TempoTuple> tempos_in_piece(const SecondsPiece& piece) {
  std::vector<TempoTuple> tempos;
  for (const SecondsPiece::Tempo& tempo : piece.tempos) tempos.emplace_back(tempo.at, tempo.qpm);
  return tempos;
}

std::vector<MeterTuple> meters_in_piece(const SecondsPiece& piece) {
  std::vector<MeterTuple> meters;
  for (const SecondsPiece::Meter& meter : piece.meters) meters.emplace_back(meter.at, meter.numerator, meter.denominator);
  return meters;
}

std::vector<ChordTuple> chords_in_piece(const SecondsPiece& piece) {
  std::vector<ChordTuple> chords;
  for (const SecondsPiece::Chord& chord : piece.chords) chords.emplace_back(chord.at, chord.symbol);
  return chords;
}

std::vector<KeyTuple> keys_in_piece(const SecondsPiece& piece) {
  std::vector<KeyTuple> keys;
  for (const SecondsPiece::Key& key : piece.keys) keys.emplace_back(key.at, key.key);
  return keys;
}

std::vector<PedalTuple> pedals_in_piece(const SecondsPiece& piece) {
  std::vector<PedalTuple> pedals;
  for (const SecondsPiece::Pedal& pedal : piece.pedals) pedals.emplace_back(pedal.at, pedal.down, pedal.instrument);
  return pedals;
}

/// The value of a key of a dict, or an empty one.
template <class T>
T value_in(const py::dict& dict, const char* key) {
  if (!dict.contains(key) || dict[key].is_none()) return {};
  try {
    return dict[key].cast<T>();
  } catch (const py::cast_error&) {
    throw ArgumentError(std::string("piece: \"") + key + "\" has a value of the wrong form; see SecondsPiece for the form");
  }
}

SecondsPiece piece_from_dict(const py::dict& dict) {
  return piece_of(value_in<std::vector<SecondsNoteTuple>>(dict, "notes"), value_in<std::vector<TempoTuple>>(dict, "tempos"),
                  value_in<std::vector<MeterTuple>>(dict, "time_signatures"), value_in<std::vector<ChordTuple>>(dict, "chords"),
                  value_in<std::vector<KeyTuple>>(dict, "key_signatures"), value_in<std::vector<PedalTuple>>(dict, "pedals"),
                  value_in<std::optional<double>>(dict, "total_time"));
}

/// From note_seq's NoteSequence, with its exact times.
SecondsPiece piece_from_note_seq(const py::object& sequence) {
  const auto number = [](const py::handle& object, const char* field) { return object.attr(field).cast<double>(); };
  const auto integer = [](const py::handle& object, const char* field) { return object.attr(field).cast<int>(); };
  SecondsPiece piece;
  for (const py::handle note : sequence.attr("notes")) {
    piece.notes.push_back({integer(note, "pitch"), integer(note, "velocity"), number(note, "start_time"), number(note, "end_time"),
                           integer(note, "instrument"), integer(note, "program"), note.attr("is_drum").cast<bool>()});
  }
  for (const py::handle tempo : sequence.attr("tempos")) piece.tempos.push_back({number(tempo, "time"), number(tempo, "qpm")});
  for (const py::handle meter : sequence.attr("time_signatures"))
    piece.meters.push_back({number(meter, "time"), integer(meter, "numerator"), integer(meter, "denominator")});
  for (const py::handle text : sequence.attr("text_annotations")) {
    constexpr int chord_symbol = 1;
    if (integer(text, "annotation_type") == chord_symbol)
      piece.chords.push_back({number(text, "time"), text.attr("text").cast<std::string>()});
  }
  for (const py::handle key : sequence.attr("key_signatures")) piece.keys.push_back({number(key, "time"), integer(key, "key")});
  for (const py::handle control : sequence.attr("control_changes")) {
    constexpr int sustain = 64;
    if (integer(control, "control_number") == sustain)
      piece.pedals.push_back({number(control, "time"), integer(control, "control_value") >= 64, integer(control, "instrument")});
  }
  piece.end = number(sequence, "total_time");
  return piece;
}

std::string piece_text(const SecondsPiece& piece) {
  char text[64];
  std::snprintf(text, sizeof(text), "<SecondsPiece: %zu notes, %.2f s>", piece.notes.size(), piece.end);
  return text;
}

using PieceState = std::tuple<std::vector<SecondsNoteTuple>, std::vector<TempoTuple>, std::vector<MeterTuple>, std::vector<ChordTuple>,
                              std::vector<KeyTuple>, std::vector<PedalTuple>, double>;

}  // namespace

data::SecondsPiece piece_from(const py::object& object) {
  if (py::isinstance<SecondsPiece>(object)) return object.cast<SecondsPiece>();
  if (py::isinstance<py::dict>(object)) return piece_from_dict(object.cast<py::dict>());
  if (is_note_seq(object)) return piece_from_note_seq(object);
  LeftOutCounts left_out;
  return data::seconds_of(notes_from(object), left_out);
}

void add_seconds_piece(py::module_& module) {
  py::class_<SecondsPiece> type(module, "SecondsPiece", R"(A piece in seconds, with the exact times of note_seq's NoteSequence.

A NoteSequence of this package rounds times to ticks. Magenta's converters turn on the last bit of a time, so they take and return pieces in
seconds. A piece is a value: it can be copied, compared and pickled.

>>> from musicvae_cpp.reference import SecondsPiece
>>> piece = SecondsPiece([(36, 100, 0.0, 0.1, 9, 0, True)], tempos=[(0.0, 90.0)])
>>> piece
<SecondsPiece: 1 notes, 0.10 s>
>>> piece.to_notes()
<NoteSequence: 1 notes, 0.10 s>
)");
  type.def(py::init(&piece_of), py::arg("notes"), py::arg("tempos") = std::vector<TempoTuple>{},
           py::arg("time_signatures") = std::vector<MeterTuple>{}, py::arg("chords") = std::vector<ChordTuple>{},
           py::arg("key_signatures") = std::vector<KeyTuple>{}, py::arg("pedals") = std::vector<PedalTuple>{},
           py::arg("total_time") = py::none(),
           R"(Create a piece from lists of tuples, all times in seconds.

notes: (pitch, velocity, start, end, instrument, program, is_drum). tempos: (time, quarter notes per minute). time_signatures: (time,
numerator, denominator). chords: (time, symbol). key_signatures: (time, 0 for C to 11 for B). pedals: (time, is_down, instrument).
total_time: by default the end of the last note; what begins later does not count.)")
      .def_static("from_notes", &piece_from, py::arg("notes"),
                  R"(Convert notes: note_seq's NoteSequence with its exact times, a dict, or what NoteSequence.from_notes() takes.

A dict has the arguments of SecondsPiece as keys, all optional; other keys are ignored. Raises ArgumentError.)")
      .def_property_readonly("notes", &notes_in_piece, "A list of (pitch, velocity, start, end, instrument, program, is_drum).")
      .def_property_readonly("tempos", &tempos_in_piece, "A list of (time, quarter notes per minute).")
      .def_property_readonly("time_signatures", &meters_in_piece, "A list of (time, numerator, denominator).")
      .def_property_readonly("chords", &chords_in_piece, "A list of (time, symbol).")
      .def_property_readonly("key_signatures", &keys_in_piece, "A list of (time, key): 0 is C, 11 is B.")
      .def_property_readonly("pedals", &pedals_in_piece, "A list of (time, is_down, instrument).")
      .def_readonly("total_time", &SecondsPiece::end, "The end of the piece, in seconds.")
      .def(
          "to_notes", [](const SecondsPiece& piece) { return data::to_ticks(piece); },
          "Round the times to ticks, 480 per quarter note. Raises ArgumentError for values that MIDI cannot hold.")
      .def(py::self == py::self)
      .def("__repr__", &piece_text)
      .def(py::pickle(
          [](const SecondsPiece& piece) {
            return PieceState(notes_in_piece(piece), tempos_in_piece(piece), meters_in_piece(piece), chords_in_piece(piece),
                              keys_in_piece(piece), pedals_in_piece(piece), piece.end);
          },
          [](const PieceState& state) { return std::apply([](const auto&... parts) { return piece_of(parts...); }, state); }));
  let_copy(type);
}

}  // namespace musicvae::python

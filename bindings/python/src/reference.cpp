// Magenta's own converters.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "musicvae/data/reference/drums_converter.hpp"
#include "musicvae/data/reference/groove_converter.hpp"
#include "musicvae/data/reference/one_hot_melody_converter.hpp"
#include "musicvae/data/reference/performance_converter.hpp"
#include "musicvae/data/reference/trio_converter.hpp"
#include "musicvae/data/seconds_piece.hpp"
#include "musicvae/enum_names.hpp"
#include "musicvae/error.hpp"
#include "notes.hpp"

namespace musicvae::python {
namespace {
/// A ConverterTensors of musicvae_cpp._types.
class TensorsTuple : public py::object {
 public:
  explicit TensorsTuple(py::object value) : py::object(std::move(value)) {}
};
}  // namespace
}  // namespace musicvae::python

namespace pybind11::detail {
template <>
struct handle_type_name<musicvae::python::TensorsTuple> {
  static constexpr auto name = const_name("musicvae_cpp._types.ConverterTensors");
};
}  // namespace pybind11::detail

namespace musicvae::python {
namespace {

namespace reference = data::reference;
using data::SecondsPiece;

/// The numbers of a sample or a control.
reference::Tensor tensor_from(const py::handle& object, const char* what) {
  const py::array array = py::array::ensure(object);
  if (!array || std::string("fiub").find(array.dtype().kind()) == std::string::npos || array.ndim() != 2)
    throw ArgumentError(std::string("from_tensors: ") + what + " is not an array [rows, columns] of numbers; give a list of such arrays");
  const py::array_t<double, py::array::c_style | py::array::forcecast> numbers(array);
  reference::Tensor tensor(static_cast<std::size_t>(numbers.shape(0)), static_cast<std::size_t>(numbers.shape(1)));
  std::copy_n(numbers.data(), tensor.values.size(), tensor.values.begin());
  return tensor;
}

/// An array [rows, columns] of T.
template <class T>
py::array_t<T> array_of(const reference::Tensor& tensor) {
  py::array_t<T> array({tensor.rows, tensor.depth});
  std::transform(tensor.values.begin(), tensor.values.end(), array.mutable_data(), [](double value) { return static_cast<T>(value); });
  return array;
}

/// The examples as four lists. T is the type of inputs and outputs.
template <class T>
TensorsTuple tensors_of(const std::vector<reference::Example>& examples) {
  py::list inputs;
  py::list outputs;
  py::list controls;
  py::list lengths;
  for (const reference::Example& example : examples) {
    inputs.append(array_of<T>(example.input));
    outputs.append(array_of<T>(example.output));
    controls.append(array_of<bool>(example.control));
    if (example.lengths.empty()) {
      lengths.append(example.output.rows);
    } else {
      lengths.append(py::array_t<std::int32_t>(static_cast<py::ssize_t>(example.lengths.size()), example.lengths.data()));
    }
  }
  return TensorsTuple(py::module_::import("musicvae_cpp._types").attr("ConverterTensors")(inputs, outputs, controls, lengths));
}

std::vector<SecondsPiece> pieces_from_tensors(const reference::Converter& converter, const py::object& samples, const py::object& controls,
                                              const std::string& mode) {
  std::vector<reference::Tensor> conditions;
  if (!controls.is_none()) {
    for (const py::handle control : controls) conditions.push_back(tensor_from(control, "a control"));
  }
  std::vector<SecondsPiece> pieces;
  for (const py::handle sample : samples) {
    if (!controls.is_none() && pieces.size() >= conditions.size()) {
      throw ArgumentError("from_tensors: there are fewer controls (" + std::to_string(conditions.size()) +
                          ") than samples; give one for each sample");
    }
    const reference::Tensor control = controls.is_none() ? reference::Tensor() : conditions[pieces.size()];
    pieces.push_back(converter.from_tensor(tensor_from(sample, "a sample"), control, from_name<reference::Mode>(mode)));
  }
  return pieces;
}

/// Adds what all converters have. T is the type of their inputs and outputs.
template <class T, class Converter>
void add_functions(py::class_<Converter>& type) {
  type.def(
          "to_tensors",
          [](const Converter& converter, const py::object& notes, const std::string& mode, const py::object& seed) {
            const SecondsPiece piece = piece_from(notes);
            const auto chosen = from_name<reference::Mode>(mode);
            const std::uint64_t number = seed_from(seed);
            if (!std::in_range<std::uint32_t>(number))
              throw ArgumentError("seed " + std::to_string(number) + " is out of range; use 0 to 2^32 - 1, as for numpy.random.seed");
            return tensors_of<T>(converter.to_tensors(piece, chosen, static_cast<std::uint32_t>(number)));
          },
          py::arg("notes"), py::arg("mode") = "eval", py::arg("seed") = 0,
          R"(Convert notes to examples: lists of inputs, outputs, controls and lengths.

notes: what SecondsPiece.from_notes() takes. mode: "train", "eval" or "infer". seed: random choices are those of NumPy after
numpy.random.seed(seed). Examples are in the order of time; Magenta's order is that of a set. Raises ArgumentError.)")
      .def(
          "from_tensors",
          [](const Converter& converter, const py::object& samples, const py::object& controls, const std::string& mode) {
            return pieces_from_tensors(converter, samples, controls, mode);
          },
          py::arg("samples"), py::arg("controls") = py::none(), py::arg("mode") = "eval",
          "Convert samples, a list of arrays [rows, output_depth], to a list of SecondsPiece at 120 qpm. Raises ArgumentError.")
      .def_property_readonly(
          "input_depth", [](const Converter& converter) { return converter.depths().input; }, "The width of inputs.")
      .def_property_readonly(
          "output_depth", [](const Converter& converter) { return converter.depths().output; }, "The width of outputs.")
      .def_property_readonly(
          "control_depth", [](const Converter& converter) { return converter.depths().control; }, "The width of controls; 0: none.")
      .def_property_readonly(
          "end_token", [](const Converter& converter) { return converter.depths().end_token; },
          "The column of outputs that marks the end, or None.");
}

/// Magenta's arguments have None where C++ has 0 or nothing.
template <class T>
T or_nothing(const std::optional<T>& value) {
  return value.value_or(T{});
}

using Count = std::optional<int>;
using Classes = std::optional<reference::PitchClasses>;

void add_drums_converter(py::module_& module) {
  py::class_<reference::DrumsConverter> type(module, "DrumsConverter", R"(Magenta's converter of drums without velocities.

The arguments are Magenta's. Rows of a roll have a column per class; other rows are one-hot over all sets of classes. A window is slice_bars
long, or a whole stretch of playing, which ends at a silence of gap_bars.

>>> from musicvae_cpp.reference import DrumsConverter, SecondsPiece
>>> piece = SecondsPiece([(36, 100, 0.0, 0.1, 9, 0, True), (38, 100, 0.5, 0.6, 9, 0, True)])
>>> DrumsConverter(roll_output=True).to_tensors(piece).outputs[0][4].astype(int)
array([0, 1, 0, 0, 0, 0, 0, 0, 0])
)");
  type.def(py::init([](Count max_bars, Count slice_bars, std::optional<double> gap_bars, Classes pitch_classes, bool add_end_token,
                       int steps_per_quarter, int quarters_per_bar, bool pad_to_total_time, bool roll_input, bool roll_output,
                       Count max_tensors, bool presplit) {
             return reference::DrumsConverter({.max_bars = or_nothing(max_bars),
                                               .slice_bars = or_nothing(slice_bars),
                                               .gap_bars = or_nothing(gap_bars),
                                               .pitch_classes = or_nothing(pitch_classes),
                                               .add_end_token = add_end_token,
                                               .steps_per_quarter = steps_per_quarter,
                                               .quarters_per_bar = quarters_per_bar,
                                               .pad_to_total_time = pad_to_total_time,
                                               .roll_input = roll_input,
                                               .roll_output = roll_output,
                                               .max_tensors_per_notesequence = or_nothing(max_tensors),
                                               .presplit_on_time_changes = presplit});
           }),
           py::arg("max_bars") = py::none(), py::arg("slice_bars") = py::none(), py::arg("gap_bars") = 1.0,
           py::arg("pitch_classes") = py::none(), py::arg("add_end_token") = false, py::arg("steps_per_quarter") = 4,
           py::arg("quarters_per_bar") = 4, py::arg("pad_to_total_time") = false, py::arg("roll_input") = false,
           py::arg("roll_output") = false, py::arg("max_tensors_per_notesequence") = 5, py::arg("presplit_on_time_changes") = true,
           "Create a converter. pitch_classes: a list of lists of pitches, by default Magenta's reduced classes. Raises ArgumentError.");
  add_functions<bool>(type);
}

void add_groove_converter(py::module_& module) {
  py::class_<reference::GrooveConverter> type(module, "GrooveConverter", R"(Magenta's converter of drums with velocities and timing.

The arguments are Magenta's; max_tensors_per_notesequence has no effect, as there. Inputs and outputs are float64, as Magenta's
to_tensors() returns them; its models get them as float32.

>>> from musicvae_cpp.reference import GrooveConverter, SecondsPiece
>>> piece = SecondsPiece([(36, 127, 0.0, 0.1, 9, 0, True), (38, 127, 0.5, 0.6, 9, 0, True)])
>>> tensors = GrooveConverter(humanize=True, hits_as_controls=True).to_tensors(piece)
>>> tensors.outputs[0].shape, tensors.controls[0].shape
((16, 27), (16, 9))
)");
  type.def(py::init([](Count split_bars, int steps_per_quarter, int quarters_per_bar, Count max_tensors, Classes pitch_classes,
                       Classes inference_pitch_classes, bool humanize, bool tapify, const std::optional<std::vector<int>>& add_instruments,
                       Count num_velocity_bins, Count num_offset_bins, bool split_instruments, Count hop_size, bool hits_as_controls,
                       bool fixed_velocities, std::optional<double> max_note_dropout_probability) {
             return reference::GrooveConverter({.split_bars = or_nothing(split_bars),
                                                .steps_per_quarter = steps_per_quarter,
                                                .quarters_per_bar = quarters_per_bar,
                                                .max_tensors_per_notesequence = or_nothing(max_tensors),
                                                .pitch_classes = or_nothing(pitch_classes),
                                                .inference_pitch_classes = or_nothing(inference_pitch_classes),
                                                .humanize = humanize,
                                                .tapify = tapify,
                                                .add_instruments = or_nothing(add_instruments),
                                                .num_velocity_bins = or_nothing(num_velocity_bins),
                                                .num_offset_bins = or_nothing(num_offset_bins),
                                                .split_instruments = split_instruments,
                                                .hop_size = or_nothing(hop_size),
                                                .hits_as_controls = hits_as_controls,
                                                .fixed_velocities = fixed_velocities,
                                                .max_note_dropout_probability = max_note_dropout_probability});
           }),
           py::arg("split_bars") = py::none(), py::arg("steps_per_quarter") = 4, py::arg("quarters_per_bar") = 4,
           py::arg("max_tensors_per_notesequence") = 8, py::arg("pitch_classes") = py::none(),
           py::arg("inference_pitch_classes") = py::none(), py::arg("humanize") = false, py::arg("tapify") = false,
           py::arg("add_instruments") = py::none(), py::arg("num_velocity_bins") = py::none(), py::arg("num_offset_bins") = py::none(),
           py::arg("split_instruments") = false, py::arg("hop_size") = py::none(), py::arg("hits_as_controls") = false,
           py::arg("fixed_velocities") = false, py::arg("max_note_dropout_probability") = py::none(),
           R"(Create a converter. pitch_classes: a list of lists of pitches, by default those of the Groove MIDI Dataset.

add_instruments: numbers of the classes that inputs lack. Raises ArgumentError.)");
  add_functions<double>(type);
}

/// "major_minor", "triad", None, or one of note_seq's encodings, which has the number of its classes.
reference::ChordEncoding chord_encoding_from(const py::object& encoding) {
  using reference::ChordEncoding;
  if (encoding.is_none()) return ChordEncoding::none;
  if (py::isinstance<py::str>(encoding)) return from_name<ChordEncoding>(encoding.cast<std::string>());
  const py::object classes = py::getattr(encoding, "num_classes", py::none());
  for (const ChordEncoding known : {ChordEncoding::major_minor, ChordEncoding::triad}) {
    if (py::isinstance<py::int_>(classes) && classes.cast<int>() == reference::chord_classes(known)) return known;
  }
  throw ArgumentError("chord_encoding is not known; use \"major_minor\", \"triad\" or None");
}

void add_melody_converter(py::module_& module) {
  py::class_<reference::OneHotMelodyConverter> type(module, "OneHotMelodyConverter", R"(Magenta's converter of melodies.

The arguments are Magenta's. Columns of a row are: no event, the end of a note, and the pitches from min_pitch on. A window is slice_bars
long, or a whole melody, which ends at a silence of gap_bars.

>>> from musicvae_cpp.reference import OneHotMelodyConverter, SecondsPiece
>>> piece = SecondsPiece([(60, 100, 0.0, 0.5, 0, 0, False), (64, 100, 0.5, 1.0, 0, 0, False)])
>>> OneHotMelodyConverter(steps_per_quarter=1).to_tensors(piece).outputs[0].argmax(axis=1)
array([41, 45,  1,  0])
)");
  type.def(py::init([](int min_pitch, int max_pitch, const std::optional<std::vector<int>>& valid_programs, bool skip_polyphony,
                       Count max_bars, Count slice_bars, std::optional<double> gap_bars, int steps_per_quarter, int quarters_per_bar,
                       bool add_end_token, bool pad_to_total_time, Count max_tensors, bool presplit, const py::object& chord_encoding,
                       bool condition_on_key, bool dedupe) {
             return reference::OneHotMelodyConverter({.min_pitch = min_pitch,
                                                      .max_pitch = max_pitch,
                                                      .valid_programs = or_nothing(valid_programs),
                                                      .skip_polyphony = skip_polyphony,
                                                      .max_bars = or_nothing(max_bars),
                                                      .slice_bars = or_nothing(slice_bars),
                                                      .gap_bars = or_nothing(gap_bars),
                                                      .steps_per_quarter = steps_per_quarter,
                                                      .quarters_per_bar = quarters_per_bar,
                                                      .add_end_token = add_end_token,
                                                      .pad_to_total_time = pad_to_total_time,
                                                      .max_tensors_per_notesequence = or_nothing(max_tensors),
                                                      .presplit_on_time_changes = presplit,
                                                      .chord_encoding = chord_encoding_from(chord_encoding),
                                                      .condition_on_key = condition_on_key,
                                                      .dedupe_event_lists = dedupe});
           }),
           py::arg("min_pitch") = 21, py::arg("max_pitch") = 108, py::arg("valid_programs") = py::none(), py::arg("skip_polyphony") = false,
           py::arg("max_bars") = py::none(), py::arg("slice_bars") = py::none(), py::arg("gap_bars") = 1.0,
           py::arg("steps_per_quarter") = 4, py::arg("quarters_per_bar") = 4, py::arg("add_end_token") = false,
           py::arg("pad_to_total_time") = false, py::arg("max_tensors_per_notesequence") = 5, py::arg("presplit_on_time_changes") = true,
           py::arg("chord_encoding") = py::none(), py::arg("condition_on_key") = false, py::arg("dedupe_event_lists") = true,
           R"(Create a converter. valid_programs: the programs whose notes are read; None: all.

chord_encoding: "major_minor" (25 chords), "triad" (49), one of note_seq's two encodings, or None. Raises ArgumentError.)");
  add_functions<bool>(type);
}

void add_trio_converter(py::module_& module) {
  py::class_<reference::TrioConverter> type(module, "TrioConverter", R"(Magenta's converter of melody, bass and drums.

The arguments are Magenta's. A row has three one-hot parts: melody (90 columns), bass (90) and drums (512).

>>> from musicvae_cpp.reference import TrioConverter
>>> TrioConverter(slice_bars=4, chord_encoding="triad").control_depth
49
)");
  type.def(py::init([](int slice_bars, int gap_bars, int max_bars, int steps_per_quarter, int quarters_per_bar, Count max_tensors,
                       const py::object& chord_encoding, bool condition_on_key) {
             return reference::TrioConverter({.slice_bars = slice_bars,
                                              .gap_bars = gap_bars,
                                              .max_bars = max_bars,
                                              .steps_per_quarter = steps_per_quarter,
                                              .quarters_per_bar = quarters_per_bar,
                                              .max_tensors_per_notesequence = or_nothing(max_tensors),
                                              .chord_encoding = chord_encoding_from(chord_encoding),
                                              .condition_on_key = condition_on_key});
           }),
           py::arg("slice_bars") = 16, py::arg("gap_bars") = 2, py::arg("max_bars") = 1024, py::arg("steps_per_quarter") = 4,
           py::arg("quarters_per_bar") = 4, py::arg("max_tensors_per_notesequence") = 5, py::arg("chord_encoding") = py::none(),
           py::arg("condition_on_key") = false, "Create a converter. chord_encoding: as for OneHotMelodyConverter. Raises ArgumentError.");
  add_functions<bool>(type);
}

void add_performance_converter(py::module_& module) {
  py::class_<reference::MultiInstrumentPerformanceConverter> type(module, "MultiInstrumentPerformanceConverter",
                                                                  R"(Magenta's converter of several instruments.

The arguments are Magenta's. An example has max_events_per_instrument rows for each of max_num_instruments tracks of each chunk; lengths has
the rows of each track.

>>> from musicvae_cpp.reference import MultiInstrumentPerformanceConverter
>>> MultiInstrumentPerformanceConverter(num_velocity_bins=8, chord_encoding="triad").output_depth
490
)");
  type.def(py::init([](Count num_velocity_bins, Count max_tensors, int hop_size_bars, int chunk_size_bars, int steps_per_quarter,
                       int quarters_per_bar, int min_num_instruments, int max_num_instruments, int min_total_events,
                       int max_events_per_instrument, int min_pitch, int max_pitch, bool first_subsequence_only,
                       const py::object& chord_encoding, bool drop_tracks_and_truncate) {
             return reference::MultiInstrumentPerformanceConverter({.num_velocity_bins = or_nothing(num_velocity_bins),
                                                                    .max_tensors_per_notesequence = or_nothing(max_tensors),
                                                                    .hop_size_bars = hop_size_bars,
                                                                    .chunk_size_bars = chunk_size_bars,
                                                                    .steps_per_quarter = steps_per_quarter,
                                                                    .quarters_per_bar = quarters_per_bar,
                                                                    .min_num_instruments = min_num_instruments,
                                                                    .max_num_instruments = max_num_instruments,
                                                                    .min_total_events = min_total_events,
                                                                    .max_events_per_instrument = max_events_per_instrument,
                                                                    .min_pitch = min_pitch,
                                                                    .max_pitch = max_pitch,
                                                                    .first_subsequence_only = first_subsequence_only,
                                                                    .chord_encoding = chord_encoding_from(chord_encoding),
                                                                    .drop_tracks_and_truncate = drop_tracks_and_truncate});
           }),
           py::arg("num_velocity_bins") = 0, py::arg("max_tensors_per_notesequence") = py::none(), py::arg("hop_size_bars") = 1,
           py::arg("chunk_size_bars") = 1, py::arg("steps_per_quarter") = 24, py::arg("quarters_per_bar") = 4,
           py::arg("min_num_instruments") = 2, py::arg("max_num_instruments") = 8, py::arg("min_total_events") = 8,
           py::arg("max_events_per_instrument") = 64, py::arg("min_pitch") = 0, py::arg("max_pitch") = 127,
           py::arg("first_subsequence_only") = false, py::arg("chord_encoding") = py::none(), py::arg("drop_tracks_and_truncate") = false,
           "Create a converter. chord_encoding: as for OneHotMelodyConverter. Raises ArgumentError.");
  add_functions<bool>(type);
}

}  // namespace

void add_reference(py::module_& module) {
  add_drums_converter(module);
  add_groove_converter(module);
  add_melody_converter(module);
  add_trio_converter(module);
  add_performance_converter(module);
}

}  // namespace musicvae::python

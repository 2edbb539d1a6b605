// ChordSequence.
#include "chords.hpp"

#include <cstdint>

#include <pybind11/operators.h>

namespace musicvae::python {
namespace {

std::vector<std::string> chord_names(const ChordSequence& chords) {
  std::vector<std::string> names;
  for (int step = 0; step < chords.steps(); ++step) names.push_back(chords.at(step).name());
  return names;
}

ChordSequence from_classes(const std::vector<int>& classes) {
  ChordSequence chords(static_cast<int>(classes.size()));
  for (int step = 0; step < chords.steps(); ++step) chords.set(step, 1, Chord::of_class(classes[static_cast<std::size_t>(step)]));
  return chords;
}

ChordSequence warned(const ReadChords& read) {
  for (const std::string& remark : read.remarks) {
    if (PyErr_WarnEx(PyExc_UserWarning, ("chords: " + remark).c_str(), 1) != 0) throw py::error_already_set();
  }
  return read.chords;
}

std::string chords_text(const ChordSequence& chords) {
  std::string text = "<ChordSequence: " + std::to_string(chords.steps()) + " steps";
  for (int first = 0; first < chords.steps();) {
    int end = first + 1;
    while (end < chords.steps() && chords.at(end) == chords.at(first)) ++end;
    text.append(first == 0 ? ", " : " ").append(chords.at(first).name()).append("*").append(std::to_string(end - first));
    first = end;
  }
  return text.append(">");
}

}  // namespace

ChordSequence chords_from(const ChordsArgument& argument, const Grid& grid) {
  if (!argument) return {};
  if (const auto* chords = std::get_if<ChordSequence>(&*argument)) return *chords;
  if (const auto* text = std::get_if<std::string>(&*argument)) return warned(read_chords(std::string_view(*text), grid));
  return warned(read_chords(std::get<std::vector<std::string>>(*argument), grid));
}

void add_chords(py::module_& module) {
  py::class_<ChordSequence> type(module, "ChordSequence", R"(The chords along a grid: one per step.

A chord is "N.C." (none) or a major, minor, augmented or diminished triad, the 49 that models distinguish. It is an immutable value that can
be copied, compared and pickled.

>>> chords = ChordSequence("C Am:2 G:2")
>>> chords
<ChordSequence: 32 steps, C*16 Am*8 G*8>
>>> chords.transposed(2).names()[0]
'D'
)");
  type.def(py::init([](const std::variant<std::string, std::vector<std::string>>& symbols, const Grid& grid) {
             return std::visit([&](const auto& given) { return chords_from(ChordsArgument(given), grid); }, symbols);
           }),
           py::arg("symbols"), py::arg("grid") = Grid{},
           R"(Read chord symbols, in one text or a list. Each lasts one bar, or the number of beats after its colon ("Am:2").

A symbol that says more than the chord, such as "Cmaj7" or "C/E", is read as its triad, with a warning. Raises ChordSymbolError for a text
that is not a chord symbol, ChordClassError for a chord that is none of the 49, such as "Gsus4", and ArgumentError for a wrong number of
beats.)")
      .def_static("from_classes", &from_classes, py::arg("classes"),
                  "Create chords from one class per step: 0 is no chord, and 1 + root + 12 * quality a triad (major, minor, augmented, "
                  "diminished). Raises ArgumentError.")
      .def("names", &chord_names, "The name of each step's chord.")
      .def(
          "classes",
          [](const ChordSequence& chords) {
            return py::array_t<std::uint8_t>(static_cast<py::ssize_t>(chords.classes().size()), chords.classes().data());
          },
          "A copy of the classes, uint8 [steps].")
      .def_property_readonly("steps", &ChordSequence::steps)
      .def("__len__", &ChordSequence::steps)
      .def(
          "__getitem__", [](const ChordSequence& chords, int step) { return chords.at(step).name(); }, py::arg("step"))
      .def("slice", &ChordSequence::slice, py::arg("first"), py::arg("count"), "The chords of `count` steps from `first` on.")
      .def("repeated", &ChordSequence::repeated, py::arg("steps"), "These chords, repeated or cut to `steps` steps.")
      .def("transposed", &ChordSequence::transposed, py::arg("semitones"), "These chords, `semitones` higher.")
      .def(
          "__add__",
          [](ChordSequence chords, const ChordSequence& next) {
            chords.append(next);
            return chords;
          },
          py::arg("next"), "Concatenate two sequences.")
      .def(py::self == py::self)
      .def("__repr__", &chords_text)
      .def(py::pickle([](const ChordSequence& chords) { return std::vector<int>(chords.classes().begin(), chords.classes().end()); },
                      &from_classes));
  let_copy(type);
}

}  // namespace musicvae::python

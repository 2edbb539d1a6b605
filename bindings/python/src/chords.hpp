// What the binding's files share about chords.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "bindings.hpp"
#include "musicvae/sequence/chord_sequence.hpp"
#include "musicvae/sequence/grid.hpp"

namespace musicvae::python {

/// Chords as the functions of a model take them: a ChordSequence, "C Am:2 G:2", ["C", "Am:2", "G:2"], or None for none.
using ChordsArgument = std::optional<std::variant<ChordSequence, std::string, std::vector<std::string>>>;

/// Throws as read_chords() does. Issues a Python warning for symbols that say more than the chord that is read.
[[nodiscard]] ChordSequence chords_from(const ChordsArgument& argument, const Grid& grid = {});

/// Adds `chords` and `with_chords` to the class of a value that can carry chords.
template <class Value>
void add_chords_of(py::class_<Value>& type) {
  type.def_property_readonly(
          "chords", [](const Value& value) { return value.chords().empty() ? std::nullopt : std::optional(value.chords()); },
          "The chords, one per step, or None if there are none.")
      .def(
          "with_chords",
          [](const Value& value, const ChordsArgument& chords) { return value.with_chords(chords_from(chords, value.grid())); },
          py::arg("chords"),
          R"(A copy with other chords: a ChordSequence, symbols as ChordSequence takes them, or None.

Raises ArgumentError unless there is one chord per step.)");
}

}  // namespace musicvae::python

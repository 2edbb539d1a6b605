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

}  // namespace musicvae::python

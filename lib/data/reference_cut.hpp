// Magenta's converter: seconds to steps, with the arithmetic of note_seq and magenta. It refuses the same files.
#pragma once

#include <optional>

#include "musicvae/data/groove_converter.hpp"

namespace musicvae::data {

[[nodiscard]] ConvertedFile convert_reference(const NoteSequence& notes, const GrooveConverterOptions& options);
[[nodiscard]] ConvertedFile convert_reference_tfds(const NoteSequence& notes, const GrooveConverterOptions& options,
                                                   std::optional<TableTempo> table);

}  // namespace musicvae::data

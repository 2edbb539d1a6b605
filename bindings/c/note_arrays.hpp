// Notes of the C interface as a NoteSequence, and back.
#pragma once

#include <span>
#include <vector>

#include "musicvae.h"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::c {

/// Notes at a tempo, in 4/4. `beats` is the length; 0: as long as the notes. Throws ArgumentError for values out of range.
[[nodiscard]] NoteSequence sequence_from(std::span<const musicvae_note> notes, double qpm, double beats);

/// All notes, also those that nothing ends, by instrument and then by start and pitch.
[[nodiscard]] std::vector<musicvae_note> notes_from(const NoteSequence& sequence);

}  // namespace musicvae::c

// infer_chords: the chords that the notes of a piece suggest, for pieces without chord symbols.
#pragma once

#include <vector>

#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// Infers one chord per half bar of 4/4 or 6/8, or per bar of 2/2, 2/4 or 3/4, as note_seq's infer_chords_for_sequence does: the likeliest
/// path through 12 major keys and 97 chords (no chord, and 12 roots x major, minor, augmented, diminished, 7, maj7, m7, m7b5), given how
/// long each pitch class sounds. Returns a symbol wherever the chord changes. Drums and programs without a clear pitch (96 to 103, 112 to
/// 127) do not count. Throws ArgumentError for a piece without notes, in another meter or several, or of more than 1000 such stretches.
/// Any number of threads may call it.
[[nodiscard]] std::vector<ChordAnnotation> infer_chords(const NoteSequence& notes);

}  // namespace musicvae::data

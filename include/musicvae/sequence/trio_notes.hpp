// Converts notes to a trio and a trio to notes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"
#include "musicvae/sequence/trio.hpp"

namespace musicvae {

/// The part that an instrument has in a trio, by Magenta's rule: the drum channel is the drums, other General MIDI programs 0 to 31
/// (pianos, chromatic percussion, organs, guitars) are melodies, and 32 to 39 are basses. Other instruments have no part.
[[nodiscard]] std::optional<TrioPart> trio_part(int program, bool is_drum);

/// A trio, and what the conversion left out.
struct QuantizedTrio {
  Trio trio;
  LeftOutCounts left_out;
  std::array<std::int64_t, kTrioParts> notes{};  ///< of each TrioPart; a part without notes is silent
};

/// Quantises the notes of a file to `grid`, starting at its first tick. The notes of all instruments of a part become one line
/// (to_melody()) or one drum part; an offset of a drum hit is kept. Instruments without a part are counted as other_program. Without
/// `bars`, the trio has as many whole bars as the notes and the end of the file require. An end after more than 64 silent bars is ignored.
/// Throws ArgumentError when `bars` or `grid` is invalid.
[[nodiscard]] QuantizedTrio trio_from_notes(const NoteSequence& notes, const DrumMap& map = DrumMap::standard(), Grid grid = {},
                                            std::optional<int> bars = {});

/// Throws ArgumentError that names the first part without notes, and the instruments that would be that part. `source` begins the message.
void demand_all_parts(const QuantizedTrio& trio, const std::string& source);

/// What the melody and the bass of a trio are played with: a piano and an electric bass, as in Magenta.
struct TrioSound {
  int velocity = 80;       ///< 1..127, of melody and bass
  int melody_program = 0;  ///< 0..127
  int bass_program = 33;   ///< 0..127
};

/// Turns a trio into notes: the melody on track 0 and channel 0, the bass on track 1 and channel 1, the drums on track 2 and channel 9. The
/// end is exactly where the last step ends, so that the result loops. trio_from_notes() gives the trio back if the programs are those of
/// their parts, with every kOff that ends no note as kHold. Throws ArgumentError as to_notes() of a melody does.
[[nodiscard]] NoteSequence to_notes(const Trio& trio, const DrumMap& map = DrumMap::reduced(), double qpm = 120.0, TrioSound sound = {},
                                    int ticks_per_quarter = 480);

}  // namespace musicvae

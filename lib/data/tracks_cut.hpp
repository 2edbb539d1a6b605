// Magenta's MultiInstrumentPerformanceConverter, for its hier-multiperf configs, and what both cuts of tracks share.
#pragma once

#include <cstdint>

#include "musicvae/data/seconds_piece.hpp"
#include "musicvae/data/tracks_converter.hpp"

namespace musicvae::data {

/// Adds a bar to the windows if a model can take it, otherwise counts why not. Returns whether it was added.
bool add_bar(Tracks bar, std::int64_t number, ConvertedTracks& to);

/// Magenta's numbers follow from these rules, which the tests compare with its tensors:
/// 1. The piece is cut at each change of tempo or meter into parts, which begin at 0. A note belongs to the part in which it begins, and
///    ends where the part ends at the latest. The pedal keeps its position. A part whose bars do not have 96 steps gives no bars
///    (other_meter).
/// 2. The sustain pedal of each instrument lengthens its notes (detail::apply_pedal); drums have none. If it is never released, the part
///    ends with the last event of the other instruments, and the drums after that are lost (past_the_end).
/// 3. The part is cut at every 240 / qpm seconds into bars, which begin at 0. A note belongs to the bar in which it begins, and ends with
///    it.
/// 4. Each bar is quantised: step = floor(seconds * steps per second + 0.5). A note is at least one step long. A note that begins at step
///    96 is lost (past_the_end).
/// 5. The notes of an instrument, by start and pitch, become note-on and note-off events. A note-off ends the note of its pitch that began
///    first. Notes without a length are dropped (collision). Velocity 0 counts as 100. Velocities become bins of 16.
/// 6. Tracks are ordered by program, with drums last. Equal ones have the order of their numbers in a set of Python. A track that has lost
///    all its notes becomes a track of drums without notes.
/// 7. add_bar() decides whether the bar is used.
/// 8. With chords: a part without symbols gets inferred ones, given its notes after the pedal; a part whose meter or length is refused
///    gives no bars (refused_chords). The chord in force where a part or a bar begins is repeated there. Chords are quantised within the
///    bar. From the end of its last note on, the chord before that holds. Two different chords on one step (coincident_chord), or an event
///    on a chord without a class (unknown_chord), drop the bar.
/// Magenta stops with an error at velocity 0 after another velocity, at two programs on one instrument, and at a mixed drum flag. Here,
/// each program of an instrument is a track of its own.
[[nodiscard]] ConvertedTracks convert_reference_tracks(const SecondsPiece& piece, bool chords = false);

}  // namespace musicvae::data

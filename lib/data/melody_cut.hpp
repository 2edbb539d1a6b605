// Magenta's OneHotMelodyConverter, for its melody models (cat-mel_*, flat-mel_*, hier-mel_*, hierdec-mel_*), and what both cuts of
// melodies share.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "musicvae/data/melody_converter.hpp"

namespace musicvae::data {

/// The notes with a program and a pitch that melodies of the options have. The others are counted in `left_out`, and so are unended notes.
/// Notes of velocity 0 are counted, too, but returned, because the reference looks at them.
[[nodiscard]] std::vector<Note> melody_notes(const NoteSequence& notes, const MelodyConverterOptions& options, LeftOutCounts& left_out);

/// The notes of each instrument, in the order in which the instruments and the notes come.
[[nodiscard]] std::vector<std::pair<Instrument, std::vector<Note>>> by_instrument(std::span<const Note> notes);

/// Steps [first, first + steps) of a line, with kHold for every kOff before the first note.
[[nodiscard]] Melody melody_window(const Melody& line, int first, int steps);

/// Magenta's numbers follow from these rules, which the tests compare with its tensors. Its configs differ only in the length of a window
/// and in the programs (MelodyConverterOptions):
/// 1. The file is cut at each change of tempo or meter into parts. A note belongs to the part in which it begins, and ends where the part
///    ends at the latest. Each part is quantised separately, with its own tempo and from its own start: step = floor(seconds * steps per
///    second + 0.5). A note is at least one step long. A part whose bars do not have 16 steps gives no windows (other_meter).
/// 2. Notes on the drum channel (drum_note), of other programs (other_program) and of other pitches (outside_range) are left out.
/// 3. The other notes of each instrument come in the order of their steps, the highest first. A melody begins on the bar line at or before
///    the first of them. Of the notes on a step, the highest stays (collision). A note ends where the next one begins. A note that begins
///    16 or more steps after the end of the note before begins another melody. A note of velocity 0 (no_velocity) is passed over; if it
///    comes first, the melody still begins on its bar line.
/// 4. The end of a melody is rounded up to a bar; kOff follows the last note if it ends before that. Notes after bar 100 of a melody are
///    past_the_end. There are no other limits: a single note is enough, and nothing is padded. A melody shorter than a window gives no
///    windows (short_stretch).
/// 5. A window begins at each bar of a melody. In it, kOff before the first note becomes kHold. Windows without any note are kept.
/// 6. Of the windows of a part with the same events (and the same chord symbols, if the melodies carry chords), from whatever instrument,
///    the first is kept (duplicate_window).
/// 7. With chords, reference_chords() finds those of a part. A part without them, or with an unknown chord in a window, gives no windows
///    (refused_chords).
/// The reference reads drum notes of an instrument as it does notes of velocity 0. Here, drum notes are always another instrument.
[[nodiscard]] ConvertedMelodies convert_reference_melody(const NoteSequence& notes, const MelodyConverterOptions& options);

}  // namespace musicvae::data

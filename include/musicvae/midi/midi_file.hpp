// Standard MIDI Files in and out: bytes <-> NoteSequence. Ticks stay ticks; NoteSequence::tempo_map turns them into seconds.
// Every function here may run on any number of threads at once.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae {

/// The largest file that read_midi takes. 16 MiB hold two million notes and more; the events of such a file take some 900 MB while it
/// is read.
inline constexpr std::size_t max_midi_file_size = std::size_t{16} << 20;

/// The last tick that a file may have, read or written: the longest delta time that the format knows.
inline constexpr Ticks max_midi_tick{0x0FFF'FFFF};

/// Reads a Standard MIDI File of format 0 or 1, or of format 2 with one track, whose time division is ticks per quarter note; also inside
/// a RIFF file (RMID, *.rmi).
///
/// Notes are paired as pretty_midi pairs them, which the reference converter stands on: a note-off (or a note-on of velocity 0) ends
/// every open note of its track, channel and pitch that began before it; one that began on that very tick stays open if another was
/// ended. Note-ons that nothing ends go to NoteSequence::unended, in the order of tracks and starts. Notes are ordered by instrument, that is track, program and
/// channel in the order of their first ended note, and within one in the order of their ends. A note's program is the channel's when
/// the note ends. Tempo and meter events are gathered from all tracks, in the order of their ticks. `NoteSequence::end` is the
/// end of the longest track.
///
/// Read leniently, as the field does: every track that is there is read, however many the header counts; chunks of other kinds are passed
/// over; a track may lack its end-of-track event, and events after it count, up to the first that makes no sense; what follows the last
/// chunk is ignored; running status outlives meta and system exclusive events; system common and real-time messages are passed over; a
/// format-0 file may have several tracks; header and meta events may be longer than they need, a time signature may lack its last two
/// bytes, and a quantity may have leading zeros. All else that the format forbids is an error, a file cut short inside a chunk included.
///
/// Throws FileError (missing, a folder, unreadable, too large) or FormatError, which names the file, the byte and the reason.
[[nodiscard]] NoteSequence read_midi(const std::filesystem::path& path);

/// The same from memory; errors call the bytes `source`.
[[nodiscard]] NoteSequence parse_midi(std::span<const std::byte> bytes, const std::filesystem::path& source);

/// Do these bytes begin as a MIDI file does, or as a RIFF file of MIDI?
[[nodiscard]] bool looks_like_midi(std::span<const std::byte> bytes);

/// The tick of the last controller, pitch bend, meter, key signature, lyric or text event; 0 without any. A NoteSequence does not keep
/// most of these, and yet pretty_midi's end of a file is the latest of them, the notes' ends and the tempos. Throws as parse_midi does.
[[nodiscard]] Ticks last_control_event(std::span<const std::byte> bytes, const std::filesystem::path& source);

/// The bytes of a MIDI file: format 0 for one track, format 1 for several. Every track ends at `sequence.end` exactly, so that a loop of
/// N bars is N bars long; where `end` is 0 that is the last event. parse_midi gives `sequence` back, if parse_midi could
/// have made it. What a file cannot hold is settled thus:
/// - a note that starts before tick 0 (an early first downbeat) starts at tick 0;
/// - a note that goes on past `end` is cut there; one that starts there or later is an error;
/// - a note shorter than one tick lasts one;
/// - a tempo or meter after `end` is left out, for it changes nothing;
/// - an unended note ends on its own tick, where pretty_midi leaves it out and parse_midi finds it unended again;
/// - velocity 0, which would be a note-off, is written as 1;
/// - notes of one track, channel and pitch that overlap keep their starts, but a reader ends them all at the first end.
/// Throws ArgumentError when a value is out of its range.
[[nodiscard]] std::string serialize_midi(const NoteSequence& sequence);

/// Writes serialize_midi's bytes; a reader of `path` sees the old file or the whole new one. Throws ArgumentError or FileError.
void write_midi(const NoteSequence& sequence, const std::filesystem::path& path);

}  // namespace musicvae

// Reading and writing Standard MIDI Files: bytes <-> NoteSequence. Times stay in ticks; NoteSequence::tempo_map converts them to seconds.
// Any number of threads may call any function here at the same time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae {

/// The largest file that read_midi accepts. 16 MiB hold more than two million notes; while such a file is read, its events take about 900
/// MB.
inline constexpr std::size_t kMaxMidiFileSize = std::size_t{16} << 20;

/// The last tick allowed in a file, read or written: the longest delta time in the format.
inline constexpr Ticks kMaxMidiTick{0x0FFF'FFFF};

/// Reads a Standard MIDI File of format 0 or 1, or of format 2 with one track, whose time division is ticks per quarter note. The file may
/// be inside a RIFF file (RMID, *.rmi).
///
/// Notes are paired as in pretty_midi, on which the reference converter is based. A note-off (or a note-on of velocity 0) ends every open
/// note of its track, channel and pitch that began before it. A note that began on that same tick stays open if another note was ended.
/// Note-ons that nothing ends go to NoteSequence::unended, in the order of tracks and starts. Notes are ordered by instrument (track,
/// program and channel, in the order of their first ended note), and within an instrument by their ends. The program of a note is the
/// program of its channel when the note ends. Tempo and meter events are collected from all tracks and sorted by tick. Of the controllers,
/// only the sustain pedal is read. `NoteSequence::end` is the end of the longest track.
///
/// The reader is lenient, as is usual for MIDI files:
/// - it reads every track that is present, whatever the number in the header;
/// - it skips chunks of other kinds and ignores anything after the last chunk;
/// - a track may lack its end-of-track event; events after that event count, up to the first invalid one;
/// - running status persists across meta and system exclusive events;
/// - system common and real-time messages are skipped;
/// - a format-0 file may have several tracks;
/// - header and meta events may be longer than necessary;
/// - a time signature may lack its last two bytes;
/// - a variable-length quantity may have leading zeros.
/// Everything else that the format forbids is an error, including a file truncated inside a chunk.
///
/// Throws FileError (missing, a folder, unreadable, too large) or FormatError, which names the file, the byte and the reason.
[[nodiscard]] NoteSequence read_midi(const std::filesystem::path& path);

/// Does the same from memory. `source` names the bytes in errors.
[[nodiscard]] NoteSequence parse_midi(std::span<const std::byte> bytes, const std::filesystem::path& source);

/// Whether the bytes begin like a MIDI file or like a RIFF file that contains MIDI.
[[nodiscard]] bool looks_like_midi(std::span<const std::byte> bytes);

/// The tick of the last controller, pitch bend, meter, key signature, lyric or text event; 0 if there is none. A NoteSequence does not keep
/// most of these events. pretty_midi's end of a file is nevertheless the latest of these events, the note ends and the tempos. Throws as
/// parse_midi does.
[[nodiscard]] Ticks last_control_event(std::span<const std::byte> bytes, const std::filesystem::path& source);

/// The bytes of a MIDI file: format 0 for one track, format 1 for several. Every track ends exactly at `sequence.end`, so a loop of N bars
/// is N bars long; if `end` is 0, tracks end at the last event. parse_midi returns `sequence` again if it is one that parse_midi can
/// produce. Values that a file cannot hold are adjusted:
/// - a note that starts before tick 0 (an early first downbeat) starts at tick 0;
/// - a note that extends past `end` is cut there; a note that starts at `end` or later is an error;
/// - a note shorter than one tick lasts one tick;
/// - a tempo, meter or pedal after `end` is left out, because it has no effect;
/// - an unended note ends on its own tick; pretty_midi drops such a note, and parse_midi reads it as unended again;
/// - velocity 0, which would be a note-off, is written as 1;
/// - overlapping notes of one track, channel and pitch keep their starts, but a reader ends all of them at the first end.
/// Throws ArgumentError when a value is out of range.
[[nodiscard]] std::string serialize_midi(const NoteSequence& sequence);

/// Writes the bytes of serialize_midi. A reader of `path` sees either the old file or the whole new one. Throws ArgumentError or FileError.
void write_midi(const NoteSequence& sequence, const std::filesystem::path& path);

}  // namespace musicvae

// MelodyConverter: converts a file to windows of melodies (Roberts et al. 2018, section 5.1).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "musicvae/data/cut.hpp"
#include "musicvae/data/file_converter.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/melody.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// MIDI programs from `first` to `last`, counted from 0.
struct ProgramRange {
  int first = 0;
  int last = 127;
  [[nodiscard]] bool contains(int program) const { return first <= program && program <= last; }
  friend bool operator==(const ProgramRange&, const ProgramRange&) = default;
};

/// The programs of Magenta's 2-bar melody models: pianos, chromatic percussion, organs and guitars.
inline constexpr ProgramRange kMelodyPrograms{0, 31};

/// How to convert. Magenta's configs have the cut reference, pitches 21 to 108, and these sizes and programs:
/// - cat-mel_2bar_*: 2 bars, kMelodyPrograms (cat-mel_2bar_med_chords: all programs, and chords);
/// - flat-mel_16bar, hierdec-mel_16bar, hier-mel_16bar: 16 bars, all programs.
struct MelodyConverterOptions {
  Cut cut = Cut::bar_aligned;  ///< bar_aligned or reference
  int bars = 2;                ///< per window
  int lowest = 21;             ///< the lowest pitch: a piano's A0
  int highest = 108;           ///< the highest pitch: a piano's C8
  ProgramRange programs{};     ///< which instruments
  bool chords = false;         ///< whether the melodies carry their chords
};

/// The notes of one track with one program on one channel: what note_seq calls an instrument.
struct Instrument {
  int track = 0;
  int program = 0;
  int channel = 0;
  friend auto operator<=>(const Instrument&, const Instrument&) = default;
};

/// A melody as long as a window, and where it comes from.
struct MelodyWindow {
  Melody melody;
  std::int64_t first_bar = 0;  ///< where it begins, counted from 0 at the start of the file
  Instrument instrument{};
};

/// The windows of one file: instrument by instrument, in the order of their first notes, within each part of the file. Each of its notes is
/// either in a window (with reference: or in a window equal to one) or counted in `left_out`.
struct ConvertedMelodies {
  std::vector<MelodyWindow> windows;
  LeftOutCounts left_out;
};

/// Converts with 16 steps per bar, so only parts of a file in 4/4, 2/2 and 8/8 fit. Each instrument is a line of its own, in which of the
/// notes that begin on a step the highest stays, and a note ends where the next one begins. Notes on the drum channel, without an end, of
/// velocity 0, and outside the pitches and programs of the options are left out. In a window, kOff before its first note is kHold. So a
/// window that begins inside a note begins with silence. Never throws because of a file's content: what cannot be used is counted.
///
/// bar_aligned: Notes are quantised in musical time, with any tempo changes, and a note played a little before a bar line stays on its
///   downbeat. A window starts at every bar line. The line of an instrument begins with the part of the file that fits, and ends where its
///   last note ends, rounded up to a whole bar, or where the file ends, if that is on a bar line. Windows in which no note begins are left
///   out. Equal windows are kept.
/// reference: Magenta's OneHotMelodyConverter. The file is cut at each change of tempo or meter. The lines of the parts with bars of 16
///   steps are then cut into melodies. A melody begins at the bar line before a note, ends after a silence of one bar or more, and has at
///   most 100 bars. A window starts at each bar of a melody that is long enough. Of equal windows, one is kept per part. Magenta then takes
///   at most five windows per file, and in training transposes the file at random; here all are kept, in the file's own key.
///
/// With chords, each window has the chord of each step: the last one that begins on it or before, or "N.C.". If a part of the file has no
/// chord symbol, its chords are inferred from the notes (infer_chords).
/// bar_aligned: Chords are quantised as notes are, and of two on one step the later one counts. Windows with a chord that read_chord()
///   refuses are left out. Chords are inferred in every part, two per bar, from all pitched notes.
/// reference: Windows are equal if also the texts of their chords are. A part gives no windows if two different chords are on one step, if
///   a chord in one of its windows is refused, or if infer_chords() refuses its meter or length (refused_chords).
///
/// Immutable: any number of threads may use one converter at the same time.
class MelodyConverter final : public FileConverter {
 public:
  /// Throws ArgumentError when `bars` is below 1 or above 64, for a cut other than bar_aligned and reference, for pitches outside 21 to
  /// 108 or programs outside 0 to 127, and for a range whose first is above its last.
  explicit MelodyConverter(MelodyConverterOptions options = {});

  [[nodiscard]] const MelodyConverterOptions& options() const { return options_; }
  /// Steps per window.
  [[nodiscard]] int steps() const;

  [[nodiscard]] WindowSetInfo info() const override;

  [[nodiscard]] ConvertedMelodies convert(const NoteSequence& notes) const;
  /// The same as rows of MelodyRepresentation, with or without chords, window after window.
  [[nodiscard]] ConvertedFile to_windows(const NoteSequence& notes, const std::optional<TableTempo>& table) const override;

 private:
  MelodyConverterOptions options_;
};

}  // namespace musicvae::data

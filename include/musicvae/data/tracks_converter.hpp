// TracksConverter: converts a file to bars of several instruments (Simon et al. 2018, "Learning a latent space of multitrack measures").
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "musicvae/data/cut.hpp"
#include "musicvae/data/file_converter.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"
#include "musicvae/sequence/tracks.hpp"

namespace musicvae::data {

/// How to convert. Magenta's hier-multiperf configs have the cut reference, and those with "_chords" also chords.
struct TracksConverterOptions {
  Cut cut = Cut::bar_aligned;  ///< bar_aligned or reference
  bool chords = false;         ///< whether the bars carry their chords
};

/// A bar, and where it is in its file.
struct TracksWindow {
  Tracks tracks;
  std::int64_t bar = 0;  ///< counted from 0 at the start of the file
};

/// The bars of one file that a model can take, in time.
struct ConvertedTracks {
  std::vector<TracksWindow> windows;
  LeftOutCounts left_out;
};

/// Converts with 96 steps per bar, so only parts of a file in 4/4, 2/2 and 8/8 fit. A bar has 2 to 8 tracks, one per instrument (track,
/// program and channel) that plays in it, of at most 62 events each and at least 8 events in all (TracksRepresentation::event_count). Other
/// bars are counted: silent_window, few_tracks, many_tracks, many_events, few_events. A note belongs to the bar in which it starts, and
/// ends with that bar at the latest. The sustain pedal lengthens notes. Never throws because of a file's content: what cannot be used is
/// counted.
///
/// bar_aligned: Notes are quantised in musical time, with any tempo changes, and a note played a little before a bar line stays on its
///   downbeat. tracks_from_notes() has the rules.
/// reference: Magenta's MultiInstrumentPerformanceConverter. The file is cut at each change of tempo or meter, and each part into bars by
///   seconds, before it is quantised. A note played less than half a step before a bar line is lost. lib/data/tracks_cut.hpp has the rules.
///
/// With chords, each bar has the chord of each step: the last one that begins on it or before, or "N.C.". If a part of the file has no
/// chord symbol, its chords are inferred from the notes, two per bar (infer_chords).
/// bar_aligned: Chords are quantised as notes are, and of two on one step the later one counts (coincident_chord). A bar with a chord that
///   read_chord() refuses is left out (unknown_chord).
/// reference: A bar is left out if two different chords round to one step of it (coincident_chord), as where a chord changes a little after
///   a bar line, or if an event is on a chord that is refused (unknown_chord). A part gives no bars if infer_chords() refuses its meter or
///   length (refused_chords).
///
/// Immutable: any number of threads may use one converter at the same time.
class TracksConverter final : public FileConverter {
 public:
  /// Throws ArgumentError for a cut other than bar_aligned and reference.
  explicit TracksConverter(TracksConverterOptions options = {});

  [[nodiscard]] const TracksConverterOptions& options() const { return options_; }

  [[nodiscard]] WindowSetInfo info() const override;

  [[nodiscard]] ConvertedTracks convert(const NoteSequence& notes) const;
  /// The same as rows of TracksRepresentation, with or without chords, window after window.
  [[nodiscard]] ConvertedFile to_windows(const NoteSequence& notes, const std::optional<TableTempo>& table) const override;

 private:
  TracksConverterOptions options_;
};

}  // namespace musicvae::data

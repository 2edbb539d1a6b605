// TrioConverter: converts a file to windows of trios (Roberts et al. 2018, section 5.1).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "musicvae/data/cut.hpp"
#include "musicvae/data/file_converter.hpp"
#include "musicvae/data/melody_converter.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"
#include "musicvae/sequence/trio_mask.hpp"

namespace musicvae::data {

/// How to convert. Magenta's flat-trio_16bar, hierdec-trio_16bar and hier-trio_16bar have the cut reference and 16 bars.
struct TrioConverterOptions {
  Cut cut = Cut::bar_aligned;         ///< bar_aligned or reference
  int bars = 16;                      ///< per window
  std::optional<DrumMap> drum_map{};  ///< empty: standard for bar_aligned, reduced for reference
};

/// How one instrument of a file was read.
struct TrioTrack {
  Instrument instrument{};
  std::optional<TrioPart> part{};  ///< its part in trios (trio_part()), if it has one
  std::int64_t notes = 0;          ///< all of its notes in the file
  std::int64_t windows = 0;        ///< that it plays in
  LeftOutCounts left_out{};        ///< those of its notes that are in no window
  friend bool operator==(const TrioTrack&, const TrioTrack&) = default;
};

/// The windows of one file, as rows of TrioRepresentation. Each of the file's notes is in a window or counted in the `left_out` of its
/// track.
struct ConvertedTrios {
  FileWindows windows;
  std::vector<TrioTrack> tracks;  ///< in the order of their first notes
  LeftOutCounts left_out;         ///< of all tracks, and of the windows and the file
};

/// How long a part of a trio may rest at the beginning or the end of a window, in bars; between its notes it may rest twice as long.
inline constexpr int kTrioGapBars = 2;

/// Converts with 16 steps per bar, so only parts of a file in 4/4, 2/2 and 8/8 fit. Each melody forms a trio with each bass and with the
/// drums. trio_part() says which instrument is which; the first 16 instruments count. A melody and a bass are lines as in MelodyConverter,
/// of the pitches 21 to 108, except that a window is an exact slice of its lines: it can begin with kHold or kOff.
///
/// A window starts at each bar, unless a part rests in it for too long (kTrioGapBars); that is counted as resting_part.
///
/// bar_aligned: Notes are quantised in musical time, with any tempo changes. All instruments on the drum channel are one drum part, hits
///   without a length count, and a closing hit exactly on a bar line opens no new bar. In each window, each part has a note.
/// reference: Magenta's TrioConverter. The file is cut at each change of tempo or meter. Each drum track forms trios of its own, which adds
///   windows if there are several. The first two bars of a part count as played if any instrument of the trio plays in them, and so do
///   the last two. Notes with pitches out of range and of velocity 0 count as playing. Magenta then takes at most five windows per file;
///   here all are kept.
///
/// Never throws because of a file's content: what cannot be used is counted. Immutable: any number of threads may use one converter at the
/// same time.
class TrioConverter final : public FileConverter {
 public:
  /// Throws ArgumentError when `bars` is below 1 or above 64, and for a cut other than bar_aligned and reference.
  explicit TrioConverter(TrioConverterOptions options = {});

  [[nodiscard]] const TrioConverterOptions& options() const { return options_; }
  [[nodiscard]] WindowSetInfo info() const override;

  [[nodiscard]] ConvertedTrios convert(const NoteSequence& notes) const;
  [[nodiscard]] ConvertedFile to_windows(const NoteSequence& notes, const std::optional<TableTempo>& table) const override;

 private:
  TrioConverterOptions options_;
};

}  // namespace musicvae::data

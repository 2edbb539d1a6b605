// Windows of trios from the notes of a stretch with bars of 16 steps. Both cuts of TrioConverter use it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "musicvae/data/trio_converter.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/melody_notes.hpp"

namespace musicvae::data {

/// A note of a stretch, in steps.
struct TrioNote {
  std::size_t track = 0;  ///< index into ConvertedTrios::tracks
  StepNote note{};
  bool silent = false;  ///< its velocity is 0
};

/// Finds the instruments of one file and collects the windows of its stretches.
class TrioWindows {
 public:
  static constexpr std::int64_t kPerBar = Grid{}.steps_per_bar();
  static constexpr std::int64_t kMaxBars = 1024;  ///< of a stretch, as in Magenta

  TrioWindows(const NoteSequence& notes, const TrioConverterOptions& options);

  /// The track of a note.
  [[nodiscard]] std::size_t track_of(const Note& note) const { return places_.at({note.track, note.program, note.channel}); }
  /// Whether the notes of a track can be in windows. If not, counts one note of it.
  [[nodiscard]] bool takes(std::size_t track);
  void leave_out(std::size_t track, LeftOut reason, std::int64_t count = 1) { result_.tracks[track].left_out.add(reason, count); }

  /// Adds the windows of a stretch of `bars` bars, which begins at bar `first_bar` of the file.
  void add(std::int64_t first_bar, std::int64_t bars, std::span<const TrioNote> notes);

  /// The result, with the reason why the file has no windows, if it has none. `bad_meter`: what to count if no stretch fits.
  [[nodiscard]] ConvertedTrios finish(LeftOut bad_meter) &&;

 private:
  /// A note that is in a voice.
  struct Placed {
    std::int64_t step;
    std::size_t track;
  };
  /// One line of a stretch: a melody, a bass, or drums.
  struct Voice {
    TrioPart part{};
    std::vector<std::size_t> tracks{};  ///< whose notes it has
    std::vector<float> classes{};       ///< its column of the rows
    std::vector<Placed> placed{};       ///< its notes
    std::vector<bool> plays{};          ///< of each bar: a note sounds
    std::vector<bool> used{};           ///< of each bar: a window contains it
  };
  /// Voices of the three parts that form a trio.
  using Voices = std::array<Voice*, kTrioParts>;

  [[nodiscard]] std::vector<Voice> voices_of(std::int64_t bars, std::span<const TrioNote> notes);
  [[nodiscard]] Voice line_of(std::size_t track, std::int64_t bars, std::span<const TrioNote> notes);
  [[nodiscard]] Voice drums_of(std::vector<std::size_t> tracks, std::int64_t bars, std::span<const TrioNote> notes);
  /// Marks the bars in which a note sounds.
  static void mark(Voice& voice, const StepNote& note);
  /// Of each bar: whether all voices of the trio play in it or close to it.
  [[nodiscard]] std::vector<bool> covered(const Voices& trio) const;
  /// Whether each voice has a note in these bars.
  [[nodiscard]] static bool all_begin_notes(const Voices& trio, std::int64_t first, std::int64_t bars);
  void add_windows(std::int64_t first_bar, const Voices& trio);

  [[nodiscard]] bool is_reference() const { return options_.cut == Cut::reference; }

  const TrioConverterOptions& options_;
  std::map<Instrument, std::size_t> places_;
  ConvertedTrios result_;
  bool any_fits_ = false;
  bool long_enough_ = false;
};

}  // namespace musicvae::data

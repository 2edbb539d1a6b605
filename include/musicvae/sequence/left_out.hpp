// LeftOut: what a conversion left out, and why. Nothing is dropped silently.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "musicvae/enum_names.hpp"

namespace musicvae {

/// Why a part of the input is not in the output. Each reason counts notes, files or windows.
enum class LeftOut : std::uint8_t {
  unknown_pitch,     ///< notes: the pitch is not in the drum map
  not_a_drum,        ///< notes: not on the drum channel
  collision,         ///< notes: a louder or an equally loud earlier one has the same step and drum; in a melody, a higher one has the step
  before_the_start,  ///< notes: they begin before the first step
  past_the_end,      ///< notes: they begin after the last whole window
  cut_off,           ///< notes: they begin inside a window and end after it (the published windows drop them)
  no_notes,          ///< files: no note could be a hit, or a note of a melody
  too_short,         ///< files: they have fewer bars than a window
  odd_meter,         ///< files: a bar is not as long as the model's
  several_meters,    ///< files: the meter changes, and either no part has bars of the model's length or the cut accepts only one meter
  several_tempos,    ///< files: the tempo changes, and the cut works in seconds
  refused_pitch,     ///< files: the reference stops with an error at a pitch that is not in its map
  unreadable,        ///< files: missing, or not a MIDI file
  silent_window,     ///< windows: they have no hits, or no note of a melody begins in them
  short_window,      ///< windows: the last hit lies before the last bar (the published windows)
  duplicate_window,  ///< windows: an earlier one has the same hits, or the same melody (Magenta keeps each once)
  no_velocity,       ///< notes: their velocity is 0, so they are silent
  other_meter,       ///< notes: in a part of the file whose bar is not as long as the model's
  short_stretch,     ///< notes: their stretch (of one meter, or of playing between silences) has fewer bars than a window
  unended,           ///< notes: no later note-off ends them, and the cut needs notes that end, as the reference does
  drum_note,         ///< notes: on the drum channel, so not part of a melody
  other_program,     ///< notes: of an instrument (MIDI program) that is not converted
  outside_range,     ///< notes: too low or too high for the melodies of a model, or impossible in MIDI
  unknown_chord,     ///< chords, or windows with one: the symbol is not a chord, or none of those that models distinguish
  coincident_chord,  ///< chords: another one is on the same step
  refused_chords,    ///< notes: in a part of the file whose chords the cut reference refuses
  no_melody,         ///< files: no instrument with usable notes is a melody, so there are no trios
  no_bass,           ///< files: none is a bass
  no_drums,          ///< files: none is on the drum channel
  surplus_instrument,  ///< notes: of an instrument after the first 16 of a file
  incomplete_trio,     ///< notes: in no window, because another part of the trio rests or is missing
  resting_part,        ///< windows: a part of the trio rests for too long in them
  few_tracks,          ///< windows: fewer tracks play in them than a model learns
  many_tracks,         ///< windows: more tracks play in them than a model takes
  few_events,          ///< windows: their tracks have fewer events than a model learns
  many_events,         ///< windows: a track has more events than a model takes
};

/// The names of the reasons in reports, such as "unknown_pitch".
template <>
struct EnumNames<LeftOut> {
  static constexpr std::array<std::string_view, 36> names = {
      "unknown_pitch",    "not_a_drum",     "collision",    "before_the_start", "past_the_end",   "cut_off",
      "no_notes",         "too_short",      "odd_meter",    "several_meters",   "several_tempos", "refused_pitch",
      "unreadable",       "silent_window",  "short_window", "duplicate_window", "no_velocity",    "other_meter",
      "short_stretch",    "unended",        "drum_note",    "other_program",    "outside_range",  "unknown_chord",
      "coincident_chord", "refused_chords", "no_melody",    "no_bass",          "no_drums",       "surplus_instrument",
      "incomplete_trio",  "resting_part",   "few_tracks",   "many_tracks",      "few_events",     "many_events"};
  static constexpr std::string_view what = "reason";
};

/// The number of reasons.
inline constexpr std::size_t kLeftOutReasons = EnumNames<LeftOut>::names.size();

/// A count for each reason. A regular value.
class LeftOutCounts {
 public:
  void add(LeftOut reason, std::int64_t count = 1) { counts_[static_cast<std::size_t>(reason)] += count; }
  [[nodiscard]] std::int64_t operator[](LeftOut reason) const { return counts_[static_cast<std::size_t>(reason)]; }

  LeftOutCounts& operator+=(const LeftOutCounts& other) {
    for (std::size_t i = 0; i < kLeftOutReasons; ++i) counts_[i] += other.counts_[i];
    return *this;
  }
  [[nodiscard]] bool empty() const { return *this == LeftOutCounts{}; }
  friend bool operator==(const LeftOutCounts&, const LeftOutCounts&) = default;

 private:
  std::array<std::int64_t, kLeftOutReasons> counts_{};
};

}  // namespace musicvae

#include "melody_cut.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "part_chords.hpp"
#include "reference_quantizer.hpp"
#include "tempo_parts.hpp"

namespace musicvae::data {
namespace {

/// A note of a part, and whether it sounds.
struct PartNote {
  StepNote note;
  bool silent;
};

/// Collects the windows of one part of a file.
class PartMelodies {
 public:
  PartMelodies(const NoteSequence& notes, const TempoPart& part, const MelodyConverterOptions& options, std::optional<PartChords> chords)
      : notes_(notes), part_(part), steps_(options.bars * per_bar), chords_(std::move(chords)) {}

  /// The windows. Empty if one of their chords is unknown.
  std::optional<ConvertedMelodies> take() && {
    if (unknown_chord_) return {};
    return std::move(made_);
  }

  /// Adds the melodies of one instrument.
  void add(const Instrument& instrument, std::span<const Note> notes) {
    const std::vector<PartNote> line = quantized(notes);
    auto next = line.begin();
    while (next != line.end()) {
      const std::int64_t start = next->note.start / per_bar * per_bar;
      std::vector<StepNote> melody;
      std::int64_t end = 0;  // of the highest note of the step before
      for (; next != line.end(); ++next) {
        if (next->silent) continue;
        const StepNote note{next->note.start - start, next->note.end - start, next->note.pitch};
        const bool highest = melody.empty() || note.start != melody.back().start;
        if (highest && !melody.empty() && note.start - end >= per_bar) break;
        if (highest) end = note.end;
        melody.push_back(note);
      }
      if (melody.empty()) return;
      const std::int64_t length = (end + per_bar - 1) / per_bar * per_bar;
      next = std::partition_point(line.begin(), next, [&](const PartNote& note) { return note.note.start < start + length; });
      add_windows(instrument, start, static_cast<int>(std::min(length, max_steps)), std::move(melody));
    }
  }

 private:
  static constexpr std::int64_t per_bar = Grid{}.steps_per_bar();
  static constexpr std::int64_t max_steps = 100 * per_bar;  // max_bars of Magenta's configs

  /// The notes in steps of the part, by their starts, the highest first; equal ones in their order in the file.
  [[nodiscard]] std::vector<PartNote> quantized(std::span<const Note> notes) {
    const ReferenceQuantizer quantizer(part_.qpm);
    const auto step = [&](Ticks at) { return quantizer.step(notes_.tempo_map.seconds(at).value - part_.start_seconds); };
    std::vector<PartNote> result;
    result.reserve(notes.size());
    for (const Note& note : notes) {
      const std::int64_t start = step(note.start);
      const std::int64_t end = std::max(start + 1, step(part_.end ? std::min(note.end, *part_.end) : note.end));
      const bool silent = note.velocity == 0;
      if (start < kMaxSteps) {
        result.push_back({{start, end, note.pitch}, silent});
      } else if (!silent) {
        made_.left_out.add(LeftOut::past_the_end);
      }
    }
    std::stable_sort(result.begin(), result.end(), [](const PartNote& a, const PartNote& b) {
      return std::pair(a.note.start, -a.note.pitch) < std::pair(b.note.start, -b.note.pitch);
    });
    return result;
  }

  /// Adds the windows of a melody that begins at step `start` of the part.
  void add_windows(const Instrument& instrument, std::int64_t start, int length, std::vector<StepNote> notes) {
    if (length < steps_) return made_.left_out.add(LeftOut::short_stretch, static_cast<std::int64_t>(notes.size()));
    const Melody line = to_melody(std::move(notes), length, Grid{}, made_.left_out);
    for (int first = 0; first + steps_ <= length; first += per_bar) {
      Melody window = melody_window(line, first, static_cast<int>(steps_));
      std::vector<int> symbols;
      if (chords_) symbols = chords_->symbols(start + first, window.steps());
      if (!kept_.emplace(std::vector(window.events().begin(), window.events().end()), std::move(symbols)).second) {
        made_.left_out.add(LeftOut::duplicate_window);
        continue;
      }
      if (chords_) {
        std::optional<ChordSequence> known = chords_->chords(start + first, window.steps());
        if (known) {
          window = window.with_chords(*std::move(known));
        } else {
          unknown_chord_ = true;
        }
      }
      made_.windows.push_back({std::move(window), part_.first_bar + (start + first) / per_bar, instrument});
    }
  }

  const NoteSequence& notes_;
  const TempoPart& part_;
  std::int64_t steps_;
  std::optional<PartChords> chords_;
  ConvertedMelodies made_;
  bool unknown_chord_ = false;
  std::set<std::pair<std::vector<std::int8_t>, std::vector<int>>> kept_;  ///< the events and chord symbols of the windows
};

/// The notes that begin in a part.
std::vector<Note> notes_in(const NoteSequence& notes, const TempoPart& part) {
  std::vector<Note> result;
  const Ticks end = part.end.value_or(end_of_parts(notes));
  std::copy_if(notes.notes.begin(), notes.notes.end(), std::back_inserter(result),
               [&](const Note& note) { return note.start >= part.start && note.start < end; });
  return result;
}

/// The windows of a part whose bars have 16 steps. Empty if its chords cannot be used.
std::optional<ConvertedMelodies> convert_part(const NoteSequence& notes, const TempoPart& part, std::span<const Note> in_part,
                                              const MelodyConverterOptions& options) {
  std::optional<PartChords> chords;
  if (options.chords) {
    chords = reference_chords(notes, part, notes_in(notes, part), in_part);
    if (!chords) return {};
  }
  PartMelodies melodies(notes, part, options, std::move(chords));
  for (const auto& [instrument, line] : by_instrument(in_part)) melodies.add(instrument, line);
  return std::move(melodies).take();
}

}  // namespace

std::vector<Note> melody_notes(const NoteSequence& notes, const MelodyConverterOptions& options, LeftOutCounts& left_out) {
  left_out.add(LeftOut::unended, static_cast<std::int64_t>(notes.unended.size()));
  std::vector<Note> result;
  result.reserve(notes.notes.size());
  for (const Note& note : notes.notes) {
    if (note.is_drum()) {
      left_out.add(LeftOut::drum_note);
    } else if (!options.programs.contains(note.program)) {
      left_out.add(LeftOut::other_program);
    } else if (note.pitch < options.lowest || note.pitch > options.highest) {
      left_out.add(LeftOut::outside_range);
    } else {
      if (note.velocity == 0) left_out.add(LeftOut::no_velocity);
      result.push_back(note);
    }
  }
  return result;
}

std::vector<std::pair<Instrument, std::vector<Note>>> by_instrument(std::span<const Note> notes) {
  std::map<Instrument, std::size_t> places;
  std::vector<std::pair<Instrument, std::vector<Note>>> result;
  for (const Note& note : notes) {
    const Instrument instrument{note.track, note.program, note.channel};
    const auto [place, added] = places.emplace(instrument, result.size());
    if (added) result.push_back({instrument, {}});
    result[place->second].second.push_back(note);
  }
  return result;
}

Melody melody_window(const Melody& line, int first, int steps) {
  Melody window = line.slice(first, steps);
  for (int step = 0; step < steps && window.at(step) < 0; ++step) window.set(step, Melody::kHold);
  return window;
}

ConvertedMelodies convert_reference_melody(const NoteSequence& notes, const MelodyConverterOptions& options) {
  ConvertedMelodies result;
  const Ticks end = end_of_parts(notes);
  std::vector<Note> usable;
  for (const Note& note : melody_notes(notes, options, result.left_out)) {
    if (const auto reason = outside_parts(note, end)) {
      if (note.velocity != 0) result.left_out.add(*reason);
    } else {
      usable.push_back(note);
    }
  }
  const auto sounding = [](std::span<const Note> some) {
    return std::count_if(some.begin(), some.end(), [](const Note& note) { return note.velocity != 0; });
  };
  bool any_fits = false;
  for_each_part(tempo_parts(notes), usable, [&](const TempoPart& part, std::span<const Note> in_part) {
    if (!part.fits()) return result.left_out.add(LeftOut::other_meter, sounding(in_part));
    any_fits = true;
    std::optional<ConvertedMelodies> made = convert_part(notes, part, in_part, options);
    if (!made) return result.left_out.add(LeftOut::refused_chords, sounding(in_part));
    result.left_out += made->left_out;
    std::move(made->windows.begin(), made->windows.end(), std::back_inserter(result.windows));
  });
  if (result.windows.empty() && result.left_out[LeftOut::refused_chords] == 0) {
    result.left_out.add(sounding(usable) == 0 ? LeftOut::no_notes : any_fits ? LeftOut::too_short : LeftOut::odd_meter);
  }
  return result;
}

}  // namespace musicvae::data

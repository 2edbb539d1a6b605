#include "part_chords.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "chord_path.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/grid.hpp"
#include "reference_quantizer.hpp"
#include "sequence/note_grid.hpp"

namespace musicvae::data {
namespace {

constexpr int kStepsPerBar = Grid{}.steps_per_bar();

std::optional<Chord> known_chord(const std::string& symbol) {
  try {
    return read_chord(symbol).chord;
  } catch (const ArgumentError&) {
    return {};
  }
}

/// The symbols of frames of `steps` steps each.
std::vector<StepChord> on_steps(const std::vector<std::string>& symbols, int steps) {
  std::vector<StepChord> result;
  for (std::size_t i = 0; i < symbols.size(); ++i) result.push_back({static_cast<std::int64_t>(i) * steps, symbols[i]});
  return result;
}

/// Where the last note of a part ends, in seconds after its start.
double last_end(const NoteSequence& notes, const TempoPart& part, std::span<const Note> all) {
  double end = 0.0;
  for (const Note& note : all) {
    const Ticks stop = part.end ? std::min(note.end, *part.end) : note.end;
    end = std::max(end, notes.tempo_map.seconds(stop).value - part.start_seconds);
  }
  return end;
}

/// Chords that are inferred as the reference does. Empty: it infers none.
std::vector<StepChord> inferred(const NoteSequence& notes, const TempoPart& part, double end, std::span<const Note> converted) {
  const std::optional<int> per_bar = chords_per_bar(part.meter.numerator, part.meter.denominator);
  if (!per_bar) return {};
  const int steps = kStepsPerBar / *per_bar;
  const double frame = 60.0 * steps / (Grid{}.steps_per_quarter * part.qpm);
  const double frames = std::ceil(end / frame);
  if (frames > static_cast<double>(kMostChordFrames)) return {};
  std::vector<SoundingPitch> pitches;
  for (const Note& note : converted) {
    if (!has_pitch(note)) continue;
    const Ticks stop = part.end ? std::min(note.end, *part.end) : note.end;
    pitches.push_back({note.pitch, notes.tempo_map.seconds(note.start).value - part.start_seconds,
                       notes.tempo_map.seconds(stop).value - part.start_seconds});
  }
  return on_steps(likeliest_chords(pitches, frame, static_cast<std::int64_t>(frames)), steps);
}

}  // namespace

PartChords::PartChords(std::span<const StepChord> chords) {
  std::map<std::string, int> numbers = {{"N.C.", 0}};
  known_.emplace_back(Chord{});
  for (const StepChord& chord : chords) {
    const auto [found, added] = numbers.emplace(chord.symbol, static_cast<int>(known_.size()));
    if (added) known_.push_back(known_chord(chord.symbol));
    if (!changes_.empty() && changes_.back().first == chord.step) {
      if (changes_.back().second == found->second) continue;
      ++coincident_;
      changes_.pop_back();
    }
    changes_.emplace_back(chord.step, found->second);
  }
}

std::vector<int> PartChords::symbols(std::int64_t first, int count) const {
  auto next = std::upper_bound(changes_.begin(), changes_.end(), first,
                               [](std::int64_t step, const std::pair<std::int64_t, int>& change) { return step < change.first; });
  std::vector<int> result;
  for (std::int64_t step = first; step < first + count; ++step) {
    while (next != changes_.end() && next->first <= step) ++next;
    result.push_back(next == changes_.begin() ? 0 : (next - 1)->second);
  }
  return result;
}

std::optional<ChordSequence> PartChords::chords(std::int64_t first, int count) const {
  ChordSequence result(count);
  const std::vector<int> numbers = symbols(first, count);
  for (int step = 0; step < count; ++step) {
    const std::optional<Chord>& chord = known_[static_cast<std::size_t>(numbers[static_cast<std::size_t>(step)])];
    if (!chord) return {};
    result.set(step, 1, *chord);
  }
  return result;
}

std::optional<PartChords> reference_chords(const NoteSequence& notes, const TempoPart& part, std::span<const Note> all,
                                           std::span<const Note> converted) {
  const ReferenceQuantizer quantizer(part.qpm);
  const double end = last_end(notes, part, all);
  const Ticks file_end = end_of_parts(notes);
  std::vector<StepChord> chords;
  for (const ChordAnnotation& chord : notes.chords) {
    if (chord.at >= part.end.value_or(file_end)) continue;
    if (chord.at <= part.start) {
      chords.assign(1, {0, chord.symbol});  // the one in force
    } else {
      chords.push_back({quantizer.step(notes.tempo_map.seconds(chord.at).value - part.start_seconds), chord.symbol});
    }
  }
  if (chords.empty()) {
    chords = inferred(notes, part, end, converted);
    if (chords.empty()) return {};
  }
  // A note is at least one step long, and chords on the part's last step or later do not count.
  std::int64_t last = 0;
  for (const Note& note : all) {
    const std::int64_t start = quantizer.step(notes.tempo_map.seconds(note.start).value - part.start_seconds);
    const Ticks stop = part.end ? std::min(note.end, *part.end) : note.end;
    last = std::max({last, start + 1, quantizer.step(notes.tempo_map.seconds(stop).value - part.start_seconds)});
  }
  std::erase_if(chords, [&](const StepChord& chord) { return chord.step >= last; });
  PartChords result(chords);
  if (result.coincident() != 0) return {};
  return result;
}

PartChords musical_chords(const NoteSequence& part, int steps_per_quarter) {
  const int ticks_per_quarter = part.tempo_map.ticks_per_quarter();
  std::vector<StepChord> chords;
  for (const ChordAnnotation& chord : part.chords) {
    chords.push_back({detail::nearest_step(chord.at, ticks_per_quarter, steps_per_quarter).step, chord.symbol});
  }
  if (!chords.empty()) return PartChords(chords);
  std::vector<SoundingPitch> pitches;
  double end = 0.0;
  for (const Note& note : part.notes) {
    if (!has_pitch(note) || note.velocity == 0) continue;
    const double stop = std::max(0.0, static_cast<double>(note.end.value));
    pitches.push_back({note.pitch, std::max(0.0, static_cast<double>(note.start.value)), stop});
    end = std::max(end, stop);
  }
  const double frame = 2.0 * ticks_per_quarter;  // half a bar
  const auto frames = static_cast<std::int64_t>(std::min(std::ceil(end / frame), static_cast<double>(2 * kMaxSteps / kStepsPerBar)));
  std::erase_if(pitches, [&](const SoundingPitch& pitch) { return pitch.start >= static_cast<double>(frames) * frame; });
  for (SoundingPitch& pitch : pitches) pitch.end = std::min(pitch.end, static_cast<double>(frames) * frame);
  return PartChords(on_steps(likeliest_chords(pitches, frame, frames), 2 * steps_per_quarter));
}

}  // namespace musicvae::data

#include "tracks_cut.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

#include "chord_path.hpp"
#include "musicvae/model/representations/tracks.hpp"
#include "part_chords.hpp"
#include "reference_quantizer.hpp"
#include "seconds_parts.hpp"

namespace musicvae::data {
namespace {

constexpr int kSteps = TracksRepresentation::kSteps;
constexpr int kUsualVelocity = 100;  // where the reference has none

/// One instrument of a bar, in the order of its tracks.
struct BarTrack {
  int number = 0;
  int program = 0;
  Track track{};
};

/// A bar's notes of one instrument as a track, by rules 4 and 5.
Track quantized(std::vector<SecondsNote> notes, const ReferenceQuantizer& quantizer, LeftOutCounts& left_out) {
  std::stable_sort(notes.begin(), notes.end(),
                   [](const SecondsNote& a, const SecondsNote& b) { return std::pair(a.start, a.pitch) < std::pair(b.start, b.pitch); });
  std::vector<std::tuple<std::int64_t, std::size_t, bool>> events;  // step, note, whether it ends
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const std::int64_t start = quantizer.step(notes[i].start);
    if (start >= kSteps) {
      left_out.add(LeftOut::past_the_end);
      continue;
    }
    events.emplace_back(start, i, false);
    events.emplace_back(std::max(start + 1, quantizer.step(notes[i].end)), i, true);
  }
  std::sort(events.begin(), events.end());
  Track track{.program = notes.front().drums ? 0 : notes.front().program, .drums = notes.front().drums};
  std::map<int, std::deque<TrackNote>> sounding;  // by pitch
  const auto end_first = [&](std::deque<TrackNote>& line, int step) {
    line.front().end = step;
    if (step > line.front().start) {
      track.notes.push_back(line.front());
    } else {
      left_out.add(LeftOut::collision);
    }
    line.pop_front();
  };
  for (const auto& [step, index, ends] : events) {
    if (step > kSteps) break;
    const SecondsNote& note = notes[index];
    std::deque<TrackNote>& line = sounding[note.pitch];
    if (!ends) {
      const int velocity = note.velocity == 0 ? kUsualVelocity : note.velocity;
      line.push_back({.pitch = note.pitch, .velocity = velocity, .start = static_cast<int>(step)});
    } else if (!line.empty()) {
      end_first(line, static_cast<int>(step));
    }
  }
  for (auto& [pitch, line] : sounding) {
    while (!line.empty()) end_first(line, kSteps);
  }
  if (track.notes.empty()) return {.program = 0, .drums = true};
  return track;
}

/// The tracks of a bar, by rule 6.
Tracks bar_of(std::span<const SecondsNote> notes, const ReferenceQuantizer& quantizer, LeftOutCounts& left_out) {
  std::map<std::tuple<int, int, bool>, std::vector<SecondsNote>> instruments;
  for (const SecondsNote& note : notes) instruments[{note.instrument, note.program, note.drums}].push_back(note);
  // Python's hash table of small integers has 8 places for up to 4 of them, and 32 for up to 19.
  const int places = instruments.size() <= 4 ? 8 : 32;
  const auto order = [&](const auto& instrument) {
    const auto& [number, program, drums] = instrument.first;
    return std::tuple(drums, program, number % places, number);
  };
  std::vector<std::pair<std::tuple<int, int, bool>, std::vector<SecondsNote>>> sorted(instruments.begin(), instruments.end());
  std::stable_sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
  Tracks bar(kSteps);
  for (auto& [instrument, line] : sorted) bar.add(quantized(std::move(line), quantizer, left_out));
  return bar;
}

/// Gives a part without chords those that its notes suggest. Returns whether that is possible.
bool infer_missing_chords(SecondsPart& part) {
  if (!part.chords.empty()) return true;
  const std::optional<int> per_bar = chords_per_bar(part.meter.numerator, part.meter.denominator);
  if (!per_bar) return false;
  const int steps = kSteps / *per_bar;
  const double frame = steps / (Tracks::kGrid.steps_per_quarter * part.qpm / 60.0);  // the last bit decides which bar a chord is in
  const double frames = std::ceil(part.end / frame);
  if (frames > static_cast<double>(kMostChordFrames)) return false;
  std::vector<SoundingPitch> pitches;
  for (const SecondsNote& note : part.notes) {
    Note plain;
    plain.channel = note.drums ? plain.channel : 0;
    plain.program = note.program;
    if (has_pitch(plain)) pitches.push_back({note.pitch, note.start, note.end});
  }
  const std::vector<std::string> symbols = likeliest_chords(pitches, frame, static_cast<std::int64_t>(frames));
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (i == 0 || symbols[i] != symbols[i - 1]) part.chords.push_back({static_cast<double>(i) * frame, symbols[i]});
  }
  return true;
}

/// The chords of a bar, by rule 8, or why it is dropped. `chords` and `notes` have times from its start.
std::variant<ChordSequence, LeftOut> chords_of_bar(const Tracks& bar, std::span<const SecondsPiece::Chord> chords,
                                                   std::span<const SecondsNote> notes, const ReferenceQuantizer& quantizer) {
  std::int64_t end = 1;
  for (const SecondsNote& note : notes) end = std::max({end, quantizer.step(note.start) + 1, quantizer.step(note.end)});
  std::vector<StepChord> on_steps;
  for (const SecondsPiece::Chord& chord : chords) {
    if (quantizer.step(chord.at) < end) on_steps.push_back({quantizer.step(chord.at), chord.symbol});
  }
  const PartChords quantized(on_steps);
  if (quantized.coincident() != 0) return LeftOut::coincident_chord;
  std::vector<bool> used(kSteps + 1);
  for (const Track& track : bar.tracks()) {
    for (const int step : TracksRepresentation::steps_of(TracksRepresentation::tokens(track))) used[static_cast<std::size_t>(step)] = true;
  }
  ChordSequence result(kSteps);
  for (int step = 0; step <= kSteps; ++step) {
    const std::optional<ChordSequence> chord = quantized.chords(std::min<std::int64_t>(step, end - 1), 1);
    if (!chord && used[static_cast<std::size_t>(step)]) return LeftOut::unknown_chord;
    if (chord && step < kSteps) result.set(step, 1, chord->at(0));
  }
  return result;
}

bool is_usable(const SecondsNote& note) {
  const auto fits = [](int value) { return value >= 0 && value <= 127; };
  return fits(note.program) && fits(note.pitch) && fits(note.velocity);
}

}  // namespace

bool add_bar(Tracks bar, std::int64_t number, ConvertedTracks& to) {
  const auto tracks = static_cast<int>(bar.tracks().size());
  const auto refuse = [&](LeftOut reason) {
    to.left_out.add(reason);
    return false;
  };
  if (tracks == 0) return refuse(LeftOut::silent_window);
  if (tracks < 2) return refuse(LeftOut::few_tracks);
  if (tracks > TracksRepresentation::kTracks) return refuse(LeftOut::many_tracks);
  constexpr int fewest_events = 8;  // in all tracks
  int events = 0;
  for (const Track& track : bar.tracks()) {
    const int here = TracksRepresentation::event_count(track);
    if (here > TracksRepresentation::kMaxEvents) return refuse(LeftOut::many_events);
    events += here;
  }
  if (events < fewest_events) return refuse(LeftOut::few_events);
  to.windows.push_back({std::move(bar), number});
  return true;
}

ConvertedTracks convert_reference_tracks(const SecondsPiece& source, bool chords) {
  ConvertedTracks result;
  bool any_fits = false;
  for (SecondsPart& part : seconds_parts(source)) {
    if (part.notes.empty()) continue;
    if (!part.fits()) {
      result.left_out.add(LeftOut::other_meter, static_cast<std::int64_t>(part.notes.size()));
      continue;
    }
    any_fits = true;
    apply_pedals(part, result.left_out);
    if (chords && !infer_missing_chords(part)) {
      result.left_out.add(LeftOut::refused_chords, static_cast<std::int64_t>(part.notes.size()));
      continue;
    }
    const ReferenceQuantizer quantizer(part.qpm, Tracks::kGrid.steps_per_quarter);
    const std::vector<double> lines = lines_every(60.0 * 4.0 / part.qpm, part.end);
    for (std::size_t bar = 0; bar + 1 < lines.size(); ++bar) {
      const std::vector<SecondsNote> notes = notes_in(part.notes, lines[bar], lines[bar + 1]);
      if (!std::all_of(notes.begin(), notes.end(), is_usable)) {
        result.left_out.add(LeftOut::outside_range, static_cast<std::int64_t>(notes.size()));
        continue;
      }
      if (!add_bar(bar_of(notes, quantizer, result.left_out), part.first_bar + static_cast<std::int64_t>(bar), result) || !chords) continue;
      Tracks& added = result.windows.back().tracks;
      const auto of_bar = chords_of_bar(added, chords_in(part.chords, lines[bar], lines[bar + 1]), notes, quantizer);
      if (const LeftOut* reason = std::get_if<LeftOut>(&of_bar)) {
        result.left_out.add(*reason);
        result.windows.pop_back();
      } else {
        added = added.with_chords(std::get<ChordSequence>(of_bar));
      }
    }
  }
  if (result.windows.empty() && !any_fits) result.left_out.add(source.notes.empty() ? LeftOut::no_notes : LeftOut::odd_meter);
  return result;
}

}  // namespace musicvae::data

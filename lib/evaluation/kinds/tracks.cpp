#include "evaluation/kinds/tracks.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <limits>

#include "evaluation/moments.hpp"
#include "evaluation/pitch_classes.hpp"

namespace musicvae::evaluation {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr int kPitches = 128;
constexpr int kProgramsOfFamily = 8;

// Mean number of notes that sound at a step at which any does.
double polyphony(const Tracks& tracks) {
  std::vector<int> sounding(static_cast<std::size_t>(tracks.steps()));
  for (const Track& track : tracks.tracks()) {
    for (const TrackNote& note : track.notes) {
      for (int step = note.start; step < note.end; ++step) ++sounding[static_cast<std::size_t>(step)];
    }
  }
  Moments sum;
  for (const int notes : sounding) {
    if (notes > 0) sum.add(notes);
  }
  return sum.mean();
}

std::vector<double> numbers_of(const Tracks& tracks) {
  Moments pitch;
  Moments duration;
  Moments velocity;
  PitchClasses classes;
  int lowest = kPitches;
  int highest = 0;
  int offbeat = 0;
  int drums = 0;
  for (const Track& track : tracks.tracks()) {
    for (const TrackNote& note : track.notes) {
      velocity.add(note.velocity);
      offbeat += static_cast<int>(note.start % tracks.grid().steps_per_quarter != 0);
      drums += static_cast<int>(track.drums);
      if (track.drums) continue;
      pitch.add(note.pitch);
      duration.add(note.end - note.start);
      classes.add(note.pitch);
      lowest = std::min(lowest, note.pitch);
      highest = std::max(highest, note.pitch);
    }
  }
  const auto notes = static_cast<double>(tracks.num_notes());
  const auto count = static_cast<double>(tracks.tracks().size());
  const bool any = notes > 0.0;
  const bool pitched = classes.notes() > 0;
  return {notes,
          count,
          count > 0.0 ? notes / count : kNothing,
          polyphony(tracks),
          any ? drums / notes : kNothing,
          any ? offbeat / notes : kNothing,
          velocity.mean(),
          pitch.mean(),
          pitched ? static_cast<double>(highest - lowest) : kNothing,
          duration.mean(),
          pitched ? classes.entropy() : kNothing,
          pitched ? classes.in_key() : kNothing};
}

// The kinds of tokens, with the first token of each.
struct TokenKind {
  int first;
  const char* name;
};

constexpr std::array kTokenKinds = {TokenKind{TracksRepresentation::kNoteOn, "note_on"},
                                    TokenKind{TracksRepresentation::kNoteOff, "note_off"},
                                    TokenKind{TracksRepresentation::kTimeShift, "time_shift"},
                                    TokenKind{TracksRepresentation::kVelocity, "velocity"},
                                    TokenKind{TracksRepresentation::kProgram, "program"},  // with that of drums
                                    TokenKind{TracksRepresentation::kEnd, "end"}};

}  // namespace

std::array<std::vector<std::uint32_t>, 1> Measures<Tracks>::symbols(const Tracks& tracks) {
  std::vector<std::uint32_t> symbols;
  for (const Track& track : tracks.tracks()) {
    for (const int token : TracksRepresentation::tokens(track)) symbols.push_back(static_cast<std::uint32_t>(token));
  }
  return {symbols};
}

void Measures<Tracks>::copy(const Tracks& from, int track, int, Tracks& to) {
  const auto at = static_cast<std::size_t>(track);
  if (at < from.tracks().size()) to.add(from.tracks()[at]);
}

double Measures<Tracks>::difference(const Tracks& a, const Tracks& b) {
  const Known::Window of_a = Known::window_of(a);
  const Known::Window of_b = Known::window_of(b);
  const int all = of_a.notes() + of_b.notes();
  return all == 0 ? 0.0 : 1.0 - 2.0 * Known::common_notes(of_a, of_b, /*transposed=*/false) / all;
}

FeatureSet<Tracks> Measures<Tracks>::features(const ModelConfig&) {
  return {.names = {"notes", "tracks", "notes_per_track", "polyphony", "drum_share", "offbeat_share", "velocity", "pitch", "pitch_range",
                    "duration", "pitch_class_entropy", "in_key"},
          .of = numbers_of};
}

FeatureSet<Tracks> Measures<Tracks>::shares() {
  return {.names = {"piano", "chromatic_percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass", "reed", "pipe",
                    "synth_lead", "synth_pad", "synth_effects", "ethnic", "percussive", "sound_effects", "drums"},
          .of = [](const Tracks& tracks) {
            std::vector<double> there(kPitches / kProgramsOfFamily + 1);
            for (const Track& track : tracks.tracks()) {
              const int family = track.drums ? kPitches / kProgramsOfFamily : track.program / kProgramsOfFamily;
              there[static_cast<std::size_t>(family)] = 1.0;
            }
            return there;
          }};
}

Measures<Tracks>::Known::Known(std::span<const Tracks> windows) {
  for (const Tracks& window : windows) windows_.push_back(window_of(window));
}

Measures<Tracks>::Known::Window Measures<Tracks>::Known::window_of(const Tracks& tracks) {
  Window window;
  window.starts = no_bits(static_cast<std::size_t>(tracks.steps()));
  for (const Track& track : tracks.tracks()) {
    for (const TrackNote& note : track.notes) {
      (track.drums ? window.drums : window.pitched).push_back({track.program * tracks.steps() + note.start, note.pitch});
      set_bit(window.starts, static_cast<std::size_t>(note.start));
    }
  }
  for (std::vector<Pitch>* notes : {&window.drums, &window.pitched}) {
    std::sort(notes->begin(), notes->end());
    notes->erase(std::unique(notes->begin(), notes->end()), notes->end());
  }
  return window;
}

int Measures<Tracks>::Known::common_notes(const Window& a, const Window& b, bool transposed) {
  std::vector<Pitch> drums;
  std::set_intersection(a.drums.begin(), a.drums.end(), b.drums.begin(), b.drums.end(), std::back_inserter(drums));
  std::array<int, 2 * kPitches> intervals{};  // how many notes are in both if b is moved by this interval
  auto first = b.pitched.begin();
  for (const Pitch& note : a.pitched) {
    while (first != b.pitched.end() && first->place < note.place) ++first;
    for (auto other = first; other != b.pitched.end() && other->place == note.place; ++other)
      ++intervals[static_cast<std::size_t>(note.pitch - other->pitch + kPitches)];
  }
  const int pitched = transposed ? *std::max_element(intervals.begin(), intervals.end()) : intervals[kPitches];
  return static_cast<int>(drums.size()) + pitched;
}

NearestWindow Measures<Tracks>::Known::nearest(const Tracks& tracks) const {
  const Window window = window_of(tracks);
  NearestWindow nearest{.distance = std::numeric_limits<int>::max()};
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    const Window& other = windows_[i];
    if (std::abs(window.notes() - other.notes()) >= nearest.distance) continue;
    if (hamming_distance(window.starts, other.starts) >= nearest.distance) continue;
    const int distance = window.notes() + other.notes() - 2 * common_notes(window, other, /*transposed=*/true);
    if (distance < nearest.distance) nearest = {i, distance};
  }
  return nearest;
}

MusicParts Measures<Tracks>::parts() {
  MusicParts parts;
  for (const TokenKind& kind : kTokenKinds) parts.names.emplace_back(kind.name);
  parts.of = [](std::size_t, std::size_t token) {
    std::size_t kind = 0;
    while (kind + 1 < kTokenKinds.size() && static_cast<int>(token) >= kTokenKinds[kind + 1].first) ++kind;
    return kind;
  };
  return parts;
}

}  // namespace musicvae::evaluation

#include "drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "svg_text.hpp"

namespace musicvae::render {
namespace {

constexpr double kDrumRow = 20.0;
constexpr double kPitchRow = 9.0;
constexpr int kOctave = 12;

constexpr RowStyle kDrumRows{.name = [](int row) { return std::string(display_name(static_cast<Drum>(row))); },
                             .shaded = [](int row) { return row % 2 == 0; },
                             .height = kDrumRow};
constexpr DrawingKind kGroove{.one = "drum groove",
                              .many = "drum grooves",
                              .legend = "A mark begins when it is played; lines are steps, beats and bars.",
                              .velocities = true};

// "C4" is middle C, pitch 60.
std::string name_of_pitch(int pitch) {
  constexpr std::array<std::string_view, kOctave> names = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
  return joined(names[static_cast<std::size_t>(pitch % kOctave)], pitch / kOctave - 1);
}

constexpr RowStyle kPitchRows{.name = [](int row) { return row % kOctave == 0 ? name_of_pitch(row) : std::string(); },
                              .shaded = [](int row) { return name_of_pitch(row)[1] == '#'; },
                              .height = kPitchRow};
constexpr DrawingKind kMelody{.one = "melody",
                              .many = "melodies",
                              .legend = "A mark is a note, from its beginning to its end; lines are steps, beats and bars.",
                              .velocities = false};

constexpr DrawingKind kTrio{
    .one = "trio", .many = "trios", .legend = "Melody, bass and drums; lines are steps, beats and bars.", .velocities = true};

constexpr DrawingKind kTracks{.one = "piece of several instruments",
                              .many = "pieces of several instruments",
                              .legend = "A mark is a note, from its beginning to its end; each instrument has its own rows.",
                              .velocities = true};

std::string timing_in_words(const Cell& cell) {
  const double steps_late = cell.offset / 2.0;
  if (std::abs(steps_late) < 0.005) return "on time";
  return joined(std::abs(steps_late), steps_late < 0 ? " steps early" : " steps late");
}

// The rows from the lowest mark to the highest, but at least an octave, with the marks in its middle.
void fit_rows(Lane& lane) {
  if (!lane.marks.empty()) {
    const auto [low, high] =
        std::minmax_element(lane.marks.begin(), lane.marks.end(), [](const Mark& a, const Mark& b) { return a.row < b.row; });
    lane.lowest = low->row;
    lane.highest = high->row;
  }
  const int rows = lane.highest - lane.lowest;
  if (rows >= kOctave) return;
  lane.lowest = std::clamp(lane.lowest - (kOctave - rows) / 2, 0, Melody::kMaxPitch - kOctave);
  lane.highest = std::max(lane.highest, lane.lowest + kOctave);
}

std::string instrument_in_words(const Track& track) {
  return track.drums ? "drums" : joined("program ", track.program);
}

// The notes of a track as marks.
std::vector<Mark> notes_of(const Track& track, const Grid& grid) {
  std::vector<Mark> marks;
  const double beat = static_cast<double>(grid.steps_per_bar()) / grid.beats_per_bar;
  for (const TrackNote& note : track.notes) {
    const double velocity = note.velocity / 127.0;
    const double beats = (note.end - note.start) / beat;
    marks.push_back(
        {.step = note.start,
         .start = static_cast<double>(note.start),
         .length = static_cast<double>(note.end - note.start),
         .row = note.pitch,
         .height = (kPitchRow - 1.5) * (0.5 + 0.5 * velocity),
         .velocity = velocity,
         .tooltip = joined(instrument_in_words(track), ", ", track.drums ? joined("pitch ", note.pitch) : name_of_pitch(note.pitch), ", ",
                           place_in_words(grid, note.start), ", ", beats, beats == 1.0 ? " beat long" : " beats long", ", velocity ",
                           note.velocity)});
  }
  return marks;
}

// The notes of a melody as marks; `end` of a note is its first step that is silent or begins another note.
std::vector<Mark> notes_of(const Melody& melody) {
  std::vector<Mark> marks;
  const double beat = static_cast<double>(melody.grid().steps_per_bar()) / melody.grid().beats_per_bar;
  for (int step = 0; step < melody.steps(); ++step) {
    const int pitch = melody.at(step);
    if (pitch < 0) continue;
    int end = step + 1;
    while (end < melody.steps() && melody.at(end) == Melody::kHold) ++end;
    const double beats = (end - step) / beat;
    marks.push_back({.step = step,
                     .start = static_cast<double>(step),
                     .length = static_cast<double>(end - step),
                     .row = pitch,
                     .height = kPitchRow - 1.5,
                     .velocity = 0.7,
                     .tooltip = joined(name_of_pitch(pitch), ", ", place_in_words(melody.grid(), step), ", ", beats,
                                       beats == 1.0 ? " beat long" : " beats long")});
  }
  return marks;
}

// The places where the chord changes.
std::vector<ChordMark> changes_of(const ChordSequence& chords) {
  std::vector<ChordMark> marks;
  for (int step = 0; step < chords.steps(); ++step) {
    if (step == 0 || chords.at(step) != chords.at(step - 1)) marks.push_back({step, chords.at(step).name()});
  }
  return marks;
}

// ", on C, Am, F"; nothing if there are no chords.
std::string chords_in_words(const std::vector<ChordMark>& chords) {
  std::string words;
  for (const ChordMark& chord : chords) words += joined(words.empty() ? ", on " : ", ", chord.symbol);
  return words;
}

}  // namespace

double hit_height(double velocity) {
  return kDrumRow * (0.4 + 0.48 * velocity);
}

std::string place_in_words(const Grid& grid, int step) {
  const int in_bar = step % grid.steps_per_bar();
  const double beat = 1.0 + static_cast<double>(in_bar) * grid.beats_per_bar / grid.steps_per_bar();
  return joined("bar ", step / grid.steps_per_bar() + 1, " beat ", beat);
}

std::string length_in_words(const Grid& grid, double bars) {
  return joined(bars, bars == 1.0 ? " bar" : " bars", " of ", grid.beats_per_bar, "/", grid.beat_unit);
}

std::string counted(int n, std::string_view one, std::string_view many) {
  return joined(n, " ", n == 1 ? one : many);
}

Drawing drawing_of(const DrumSequence& groove) {
  Lane lane{.style = &kDrumRows, .lowest = 0, .highest = kDrums - 1, .marks = {}};
  std::array<int, kDrums> hits{};
  for (int step = 0; step < groove.steps(); ++step) {
    for (std::size_t d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      const Cell& cell = groove.at(step, drum);
      if (!cell.hit) continue;
      ++hits[d];
      lane.marks.push_back({.step = step,
                            .start = step + cell.offset / 2.0,
                            .length = 0.0,
                            .row = static_cast<int>(d),
                            .height = hit_height(cell.velocity),
                            .velocity = cell.velocity,
                            .tooltip = joined(display_name(drum), ", ", place_in_words(groove.grid(), step), ", velocity ",
                                              std::lround(cell.velocity * 127.0F), ", ", timing_in_words(cell))});
    }
  }
  std::string words = joined(length_in_words(groove.grid(), groove.bars()), ", ", counted(groove.hits(), "hit", "hits"));
  std::string_view before = ": ";
  for (std::size_t d = 0; d < kDrums; ++d) {
    if (hits[d] == 0) continue;
    words += joined(before, display_name(static_cast<Drum>(d)), " ", hits[d]);
    before = ", ";
  }
  return {.kind = &kGroove, .grid = groove.grid(), .steps = groove.steps(), .lanes = {std::move(lane)}, .words = std::move(words)};
}

Drawing drawing_of(const Melody& melody) {
  Lane lane{.style = &kPitchRows, .lowest = 60, .highest = 60, .marks = notes_of(melody)};
  std::string words = joined(length_in_words(melody.grid(), melody.bars()), ", ", counted(melody.num_notes(), "note", "notes"));
  if (!lane.marks.empty()) {
    const auto [low, high] =
        std::minmax_element(lane.marks.begin(), lane.marks.end(), [](const Mark& a, const Mark& b) { return a.row < b.row; });
    words += joined(" from ", name_of_pitch(low->row), " to ", name_of_pitch(high->row));
  }
  fit_rows(lane);
  std::vector<ChordMark> chords = changes_of(melody.chords());
  words += chords_in_words(chords);
  return {.kind = &kMelody,
          .grid = melody.grid(),
          .steps = melody.steps(),
          .lanes = {std::move(lane)},
          .words = std::move(words),
          .chords = std::move(chords)};
}

Drawing drawing_of(const Trio& trio) {
  Drawing drawing = drawing_of(trio.melody());
  for (const Drawing& part : {drawing_of(trio.bass()), drawing_of(trio.drums())}) drawing.lanes.push_back(part.lanes.front());
  drawing.kind = &kTrio;
  drawing.words = joined(length_in_words(trio.grid(), trio.bars()), ", ", counted(trio.melody().num_notes(), "melody note", "melody notes"),
                         ", ", counted(trio.bass().num_notes(), "bass note", "bass notes"), ", ",
                         counted(trio.drums().hits(), "hit", "hits"), chords_in_words(drawing.chords));
  return drawing;
}

Drawing drawing_of(const Tracks& tracks) {
  std::vector<Lane> lanes;
  std::string words = joined(length_in_words(tracks.grid(), tracks.bars()), ", ", counted(tracks.num_notes(), "note", "notes"));
  for (const Track& track : tracks.tracks()) {
    fit_rows(lanes.emplace_back(Lane{.style = &kPitchRows, .lowest = 60, .highest = 60, .marks = notes_of(track, tracks.grid())}));
    words += joined(lanes.size() == 1 ? ": " : ", ", instrument_in_words(track), " ", lanes.back().marks.size());
  }
  if (lanes.empty()) fit_rows(lanes.emplace_back(Lane{.style = &kPitchRows, .lowest = 60, .highest = 60, .marks = {}}));
  std::vector<ChordMark> chords = changes_of(tracks.chords());
  words += chords_in_words(chords);
  return {.kind = &kTracks,
          .grid = tracks.grid(),
          .steps = tracks.steps(),
          .lanes = std::move(lanes),
          .words = std::move(words),
          .chords = std::move(chords)};
}

}  // namespace musicvae::render

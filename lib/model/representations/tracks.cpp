#include "musicvae/model/representations/tracks.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <tuple>
#include <utility>

#include "model/representations/chord_control.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/sequence/tracks_notes.hpp"

namespace musicvae {
namespace {

constexpr int kBinWidth = 16;  // velocities per bin
constexpr int kUsualVelocity = 100;

// The token in a row of a dataset, which may have been made for something else.
int token_in(float row) {
  constexpr int rows = TracksRepresentation::kDrumRow + TracksRepresentation::kTokens;
  if (row >= static_cast<float>(TracksRepresentation::kNoToken) && row < static_cast<float>(rows)) {
    const int token = static_cast<int>(row);
    return token < TracksRepresentation::kDrumRow ? token : token - TracksRepresentation::kDrumRow;
  }
  throw ArgumentError("tracks: " + std::to_string(row) + " is not the row of a token; use -1 to " + std::to_string(rows - 1));
}

// The tracks of a window's tokens, kRows per track.
Tracks bar_of(std::span<const int> tokens) {
  Tracks bar(TracksRepresentation::kSteps);
  constexpr auto rows = static_cast<std::size_t>(TracksRepresentation::kRows);
  for (std::size_t at = 0; at < tokens.size(); at += rows) {
    if (auto track = TracksRepresentation::track_of(tokens.subspan(at, rows))) bar.add(std::move(*track));
  }
  return bar;
}

// The chords of a bar, given the class of each row's chord; -1: none. Each chord lasts until the next one.
ChordSequence chords_of(std::span<const int> tokens, std::span<const int> classes) {
  constexpr auto rows = static_cast<std::size_t>(TracksRepresentation::kRows);
  std::array<int, TracksRepresentation::kSteps> changes{};
  changes.fill(-1);
  for (std::size_t at = 0; at < tokens.size(); at += rows) {
    const std::vector<int> steps = TracksRepresentation::steps_of(tokens.subspan(at, rows));
    for (std::size_t row = 0; row < steps.size(); ++row) {
      const bool event = tokens[at + row] < TracksRepresentation::kProgram && tokens[at + row] >= 0;
      if (event && steps[row] <= TracksRepresentation::kSteps) {  // a note that ends with the bar has the bar's last chord
        int& change = changes[static_cast<std::size_t>(std::min(steps[row], TracksRepresentation::kSteps - 1))];
        change = std::max(change, classes[at + row]);
      }
    }
  }
  ChordSequence chords(TracksRepresentation::kSteps);
  int now = 0;
  for (int step = 0; step < chords.steps(); ++step) {
    if (changes[static_cast<std::size_t>(step)] >= 0) now = changes[static_cast<std::size_t>(step)];
    chords.set(step, 1, Chord::of_class(now));
  }
  return chords;
}

// The largest column of each row.
std::vector<int> largest(std::span<const float> rows, int depth) {
  std::vector<int> result;
  for (auto row = rows.begin(); row != rows.end(); row += depth)
    result.push_back(static_cast<int>(std::max_element(row, row + depth) - row));
  return result;
}

void check_size(std::size_t size, std::size_t width) {
  constexpr std::size_t rows = TracksRepresentation::kTracks * TracksRepresentation::kRows;
  if (size == rows * width) return;
  throw ArgumentError("tracks: " + std::to_string(size) + " numbers; give " + std::to_string(rows) + " rows x " + std::to_string(width));
}

}  // namespace

std::vector<int> TracksRepresentation::tokens(const Track& track) {
  std::vector<TrackNote> notes = track.notes;
  std::stable_sort(notes.begin(), notes.end(),
                   [](const TrackNote& a, const TrackNote& b) { return std::pair(a.start, a.pitch) < std::pair(b.start, b.pitch); });
  std::vector<std::tuple<int, std::size_t, bool>> events;  // step, note, whether it ends
  for (std::size_t i = 0; i < notes.size(); ++i) {
    events.emplace_back(notes[i].start, i, false);
    events.emplace_back(notes[i].end, i, true);
  }
  std::sort(events.begin(), events.end());

  std::vector<int> result = {track.drums ? kDrums : kProgram + track.program};
  int now = 0;
  int bin = -1;
  const auto move_to = [&](int step) {
    if (step > now) result.push_back(kTimeShift + step - now - 1);
    now = step;
  };
  for (const auto& [step, index, ends] : events) {
    const TrackNote& note = notes[index];
    move_to(step);
    if (!ends && (note.velocity - 1) / kBinWidth != bin) {
      bin = (note.velocity - 1) / kBinWidth;
      result.push_back(kVelocity + bin);
    }
    result.push_back((ends ? kNoteOff : kNoteOn) + note.pitch);
  }
  move_to(kSteps);
  result.push_back(kEnd);
  return result;
}

std::optional<Track> TracksRepresentation::track_of(std::span<const int> tokens) {
  tokens = tokens.first(static_cast<std::size_t>(std::find(tokens.begin(), tokens.end(), kEnd) - tokens.begin()));
  if (tokens.empty() || tokens.front() == kNoToken) return {};
  Track track;
  const auto program = std::find_if(tokens.begin(), tokens.end(), [](int token) { return token >= kProgram; });
  if (program != tokens.end()) track.drums = *program == kDrums;
  if (program != tokens.end() && !track.drums) track.program = *program - kProgram;

  std::array<std::deque<TrackNote>, kNoteOff> sounding;  // by pitch
  const auto end_first = [&](std::deque<TrackNote>& notes, int step) {
    notes.front().end = step;
    if (step > notes.front().start) track.notes.push_back(notes.front());
    notes.pop_front();
  };
  int step = 0;
  int velocity = kUsualVelocity;
  for (const int token : tokens) {
    if (token < 0 || token >= kProgram) continue;
    if (token >= kVelocity) {
      velocity = 1 + kBinWidth * (token - kVelocity);
    } else if (token >= kTimeShift) {
      step += token - kTimeShift + 1;
      if (step > kSteps) break;
    } else if (token >= kNoteOff) {
      std::deque<TrackNote>& notes = sounding[static_cast<std::size_t>(token - kNoteOff)];
      if (!notes.empty()) end_first(notes, step);
    } else {
      sounding[static_cast<std::size_t>(token)].push_back({.pitch = token, .velocity = velocity, .start = step});
    }
  }
  for (std::deque<TrackNote>& notes : sounding) {
    while (!notes.empty()) end_first(notes, kSteps);
  }
  std::stable_sort(track.notes.begin(), track.notes.end(),
                   [](const TrackNote& a, const TrackNote& b) { return std::pair(a.start, a.pitch) < std::pair(b.start, b.pitch); });
  return track;
}

std::vector<int> TracksRepresentation::steps_of(std::span<const int> tokens) {
  std::vector<int> steps;
  int step = 0;
  int last = 0;  // of the last event
  for (const int token : tokens) {
    if (token == kNoToken) break;
    steps.push_back(token >= kProgram ? last : step);
    if (token >= kProgram) {
      if (token == kEnd) break;
      continue;
    }
    last = step;
    if (token >= kTimeShift && token < kVelocity) step += token - kTimeShift + 1;
  }
  return steps;
}

std::unique_ptr<Representation> TracksRepresentation::clone() const {
  return std::make_unique<TracksRepresentation>(*this);
}

void TracksRepresentation::take_depths(const GivenDepths& depths) {
  if (depths.control) settings_.chords = *depths.control > 0;
}

void TracksRepresentation::validate(const ModelConfig& config, const ConfigCheck& check) const {
  check(config.head->output() == OutputFormat::one_hot, "head must be categorical for the tracks converter");
  check(config.steps == kTracks * kRows && config.steps_per_quarter == Tracks::kGrid.steps_per_quarter,
        "steps must be " + std::to_string(kTracks * kRows) + " and steps_per_quarter 24 for the tracks converter");
  check(!config.encoder.levels.empty() && config.encoder.levels.front() == kRows,
        "encoder_levels must begin with " + std::to_string(kRows) + ", the rows of a track, for the tracks converter");
}

void TracksRepresentation::write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const {
  std::fill(input.begin(), input.end(), 0.0F);
  const int token = token_in(row.front());
  if (token != kNoToken && (hidden.empty() || hidden.front() == 0)) input[static_cast<std::size_t>(token)] = 1.0F;
}

void TracksRepresentation::write_target(OutputFormat, std::span<const float> row, std::span<float> target) const {
  write_input(row, {}, target);
}

void TracksRepresentation::write_control(std::span<const float> row, std::span<const std::uint8_t>, std::span<float> control) const {
  if (!settings_.chords) return;
  if (token_in(row.front()) == kNoToken) {
    std::fill(control.begin(), control.end(), 0.0F);
  } else {
    detail::write_chord(row[1], control);
  }
}

bool TracksRepresentation::write_free_control(std::span<float> control) const {
  if (settings_.chords) detail::write_chord(0.0F, control);
  return true;
}

void TracksRepresentation::transpose(std::span<float> row, int semitones) const {
  const int token = static_cast<int>(row.front());
  if (token == kNoToken) return;
  if (settings_.chords) row[1] = static_cast<float>(detail::chord_in(row[1]).transposed(semitones).category());
  if (token >= kTimeShift) return;  // not a note, or a drum
  const int first = token < kNoteOff ? kNoteOn : kNoteOff;
  const int pitch = token - first + semitones;
  row.front() = static_cast<float>(first + (pitch < 0 ? pitch + 12 : pitch > 127 ? pitch - 12 : pitch));
}

void TracksRepresentation::write_hits(OutputFormat, std::span<const float> step, std::span<std::uint8_t> hits) const {
  hits.front() = std::max_element(step.begin(), step.end()) - step.begin() < kNoteOff ? 1 : 0;
}

NoteSequence TracksRepresentation::notes(OutputFormat format, std::span<const float> output, int rows, Grid grid, const DrumMap&,
                                         double qpm) const {
  return to_notes(value(format, output, rows, grid), qpm);
}

std::vector<float> TracksRepresentation::rows(const Tracks& bar) const {
  if (bar.steps() > kSteps || bar.grid() != Tracks::kGrid) {
    throw ArgumentError("tracks: a window of " + std::to_string(bar.steps()) +
                        " steps; give up to one bar of 4/4, with 24 steps per quarter note");
  }
  if (bar.tracks().size() > kTracks) {
    throw ArgumentError("tracks: a bar of " + std::to_string(bar.tracks().size()) + " tracks; a model takes " + std::to_string(kTracks));
  }
  const std::size_t depth = settings_.chords ? 2 : 1;
  std::vector<float> rows(static_cast<std::size_t>(kTracks) * kRows * depth, static_cast<float>(kNoToken));
  for (std::size_t t = 0; t < kTracks; ++t) {
    const bool plays = t < bar.tracks().size();
    const std::vector<int> track = plays ? tokens(bar.tracks()[t]) : std::vector<int>{kEnd};
    if (track.size() > kRows) {
      throw ArgumentError("tracks: track " + std::to_string(t) + " has " + std::to_string(track.size() - 2) + " events; a model takes " +
                          std::to_string(kMaxEvents) + ", so leave notes out");
    }
    const std::vector<int> steps = steps_of(track);
    for (std::size_t row = 0; row < track.size(); ++row) {
      const std::span<float> to = std::span(rows).subspan((t * kRows + row) * depth, depth);
      to.front() = static_cast<float>(track[row] + (plays && bar.tracks()[t].drums ? kDrumRow : 0));
      if (!settings_.chords) continue;
      const bool chord = row > 0 && !bar.chords().empty();
      to[1] = chord ? static_cast<float>(bar.chords().at(std::min(steps[row], bar.steps() - 1)).category()) : 0.0F;
    }
  }
  return rows;
}

Tracks TracksRepresentation::from_rows(std::span<const float> rows, int depth) {
  check_size(rows.size(), static_cast<std::size_t>(depth));
  std::vector<int> tokens;
  std::vector<int> classes;
  for (auto row = rows.begin(); row != rows.end(); row += depth) {
    tokens.push_back(token_in(*row));
    if (depth > 1) classes.push_back(tokens.back() == kNoToken ? -1 : detail::chord_in(row[1]).category());
  }
  return depth > 1 ? bar_of(tokens).with_chords(chords_of(tokens, classes)) : bar_of(tokens);
}

Tracks TracksRepresentation::value(OutputFormat, std::span<const float> output, int, Grid) const {
  check_size(output.size(), kTokens);
  return bar_of(largest(output, kTokens));
}

Tracks TracksRepresentation::with_control(Tracks bar, std::span<const float> output, std::span<const float> control) const {
  if (!settings_.chords) return bar;
  return bar.with_chords(chords_of(largest(output, kTokens), largest(control, Chord::kClasses)));
}

KnownRows TracksRepresentation::known_rows(const Head&, const Tracks&, const StepMask&, bool, int) const {
  throw ArgumentError(
      "tracks: steps of a bar cannot be filled in, because its tokens have no fixed place in time; use reconstruct or sample");
}

}  // namespace musicvae

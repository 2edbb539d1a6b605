#include "musicvae/data/reference/one_hot_melody_converter.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "data/reference/conditions.hpp"
#include "data/reference/quantized.hpp"
#include "musicvae/sequence/melody.hpp"

namespace musicvae::data::reference {
namespace {

constexpr const char* melody_name = "reference melody converter";
constexpr int special_events = 2;  // no event, and the end of a note

/// A melody from step `start` on, as Melody's events.
struct Line {
  std::int64_t start = 0;
  std::vector<int> events{};
};

bool is_pitch(int event) {
  return event >= 0;
}

/// Makes a melody longer, with the end of a note that sounds at its end, or cuts it.
void set_length(std::vector<int>& events, std::int64_t steps) {
  const std::size_t before = events.size();
  events.resize(static_cast<std::size_t>(steps), Melody::kHold);
  if (events.size() <= before) return;
  const auto last =
      std::find_if(events.rend() - static_cast<std::ptrdiff_t>(before), events.rend(), [](int event) { return event != Melody::kHold; });
  if (last != events.rend() && is_pitch(*last)) events[before] = Melody::kOff;
}

/// Adds the melodies of one instrument, whose notes are sorted by step, the highest first.
void add_lines(const std::vector<QuantizedNote>& notes, const OneHotMelodyOptions& options, std::int64_t bar, std::vector<Line>& lines) {
  std::int64_t search = 0;  // where the next melody can begin
  auto next = notes.begin();
  while (true) {
    next = std::partition_point(notes.begin(), notes.end(), [&](const QuantizedNote& note) { return note.start < search; });
    if (next == notes.end()) return;
    Line line{.start = next->start - (next->start - search) % bar};
    std::int64_t begun = -1;  // the last note
    std::int64_t ended = 0;
    for (; next != notes.end(); ++next) {
      if (next->note.drums || next->note.velocity == 0) continue;
      const std::int64_t start = next->start - line.start;
      if (start == begun) {
        if (options.skip_polyphony) return;
        continue;
      }
      const bool gap = options.gap_bars > 0.0 && static_cast<double>(start - ended) >= options.gap_bars * static_cast<double>(bar);
      if (begun >= 0 && gap) break;
      begun = start;
      ended = next->end - line.start;
      line.events.resize(static_cast<std::size_t>(ended), Melody::kHold);
      line.events[static_cast<std::size_t>(start)] = next->note.pitch;
      std::fill(line.events.begin() + static_cast<std::ptrdiff_t>(start) + 1, line.events.end(), Melody::kHold);
      line.events.push_back(Melody::kOff);
    }
    if (line.events.empty()) return;
    line.events.pop_back();
    set_length(line.events, (ended + bar - 1) / bar * bar);
    search = line.start + static_cast<std::int64_t>(line.events.size());
    if (options.max_bars > 0) set_length(line.events, std::min(search - line.start, options.max_bars * bar));
    if (std::any_of(line.events.begin(), line.events.end(), is_pitch)) lines.push_back(std::move(line));
  }
}

/// The melodies of a piece, by instrument, then by time.
std::vector<Line> lines_of(const Quantized& piece, const OneHotMelodyOptions& options, std::int64_t bar) {
  std::map<int, std::vector<QuantizedNote>> instruments;
  for (const QuantizedNote& note : piece.notes) instruments[note.note.instrument].push_back(note);
  std::vector<Line> lines;
  for (auto& [instrument, notes] : instruments) {
    std::stable_sort(notes.begin(), notes.end(), [](const QuantizedNote& a, const QuantizedNote& b) {
      return std::pair(a.start, -a.note.pitch) < std::pair(b.start, -b.note.pitch);
    });
    add_lines(notes, options, bar, lines);
  }
  if (!options.pad_to_total_time) return lines;
  for (Line& line : lines) {
    line.events.insert(line.events.begin(), static_cast<std::size_t>(line.start), Melody::kHold);
    line.start = 0;
    set_length(line.events, piece.steps);
  }
  return lines;
}

/// The windows of melodies.
std::vector<Line> windows_of(const std::vector<Line>& lines, int slice_bars, std::int64_t bar) {
  if (slice_bars == 0) return lines;
  std::vector<Line> windows;
  const std::int64_t steps = slice_bars * bar;
  for (const Line& line : lines) {
    for (std::int64_t first = 0; first + steps <= static_cast<std::int64_t>(line.events.size()); first += bar) {
      const auto begin = line.events.begin() + static_cast<std::ptrdiff_t>(first);
      Line window{line.start + first, {begin, begin + static_cast<std::ptrdiff_t>(steps)}};
      for (auto event = window.events.begin(); event != window.events.end() && !is_pitch(*event); ++event) *event = Melody::kHold;
      windows.push_back(std::move(window));
    }
  }
  return windows;
}

}  // namespace

OneHotMelodyConverter::OneHotMelodyConverter(OneHotMelodyOptions options) : options_(std::move(options)) {
  check_number("max_bars", options_.max_bars, 0, melody_name);
  check_number("slice_bars", options_.slice_bars, 0, melody_name);
  check_number("steps_per_quarter", options_.steps_per_quarter, 1, melody_name);
  check_number("quarters_per_bar", options_.quarters_per_bar, 1, melody_name);
  check_number("max_tensors_per_notesequence", options_.max_tensors_per_notesequence, 0, melody_name);
  check_gap(options_.gap_bars, melody_name);
  check_pitches(options_.min_pitch, options_.max_pitch, melody_name);
}

Depths OneHotMelodyConverter::depths() const {
  const int events = options_.max_pitch - options_.min_pitch + 1 + special_events;
  Depths depths;
  depths.input = depths.output = events + (options_.add_end_token ? 1 : 0);
  depths.control = static_cast<int>(ConditionKinds{options_.chord_encoding, options_.condition_on_key}.depth());
  if (options_.add_end_token) depths.end_token = events;
  return depths;
}

std::vector<Example> OneHotMelodyConverter::to_tensors(const SecondsPiece& piece, Mode mode, std::uint32_t seed) const {
  const StepGrid grid{options_.steps_per_quarter, options_.quarters_per_bar};
  const ConditionKinds kinds{options_.chord_encoding, options_.condition_on_key};
  const int most = options_.max_tensors_per_notesequence;
  const auto is_left_out = [&](const SecondsNote& note) {
    const std::vector<int>& programs = options_.valid_programs;
    const bool valid = programs.empty() || std::find(programs.begin(), programs.end(), note.program) != programs.end();
    return !valid || note.pitch < options_.min_pitch || note.pitch > options_.max_pitch;
  };
  const auto examples_of = [&](SecondsPiece part, NumpyRandom& random) -> std::vector<Example> {
    std::erase_if(part.notes, is_left_out);
    const std::optional<Quantized> steps = quantized(part, grid, melody_name);
    if (!steps || !infer_missing(part, *steps, grid, kinds)) return {};
    const std::optional<Conditions> conditions = Conditions::of(part, *steps, grid, kinds);
    if (!conditions) return {};
    std::vector<Line> windows = windows_of(lines_of(*steps, options_, grid.per_bar()), options_.slice_bars, grid.per_bar());
    if (options_.dedupe_event_lists) {
      std::set<std::pair<std::vector<int>, std::vector<int>>> known;
      std::erase_if(windows, [&](const Line& window) {
        return !known.emplace(window.events, conditions->identity(window.start, window.events.size())).second;
      });
    }
    sample(windows, most, mode, random);
    std::vector<Example> examples;
    for (const Line& window : windows) {
      const std::size_t count = window.events.size();
      Tensor rows(count + (options_.add_end_token ? 1 : 0), static_cast<std::size_t>(depths().output));
      for (std::size_t i = 0; i < count; ++i) {
        const int event = window.events[i];
        rows.at(i, static_cast<std::size_t>(is_pitch(event) ? event - options_.min_pitch + special_events : event - Melody::kHold)) = 1.0;
      }
      if (options_.add_end_token) rows.at(count, rows.depth - 1) = 1.0;
      std::optional<Tensor> control = conditions->rows(window.start, count, options_.add_end_token);
      if (!control) return {};
      examples.push_back({rows, rows, *std::move(control)});
    }
    return examples;
  };
  return examples_of_parts(piece, options_.presplit_on_time_changes, most, mode, seed, examples_of);
}

SecondsPiece OneHotMelodyConverter::from_tensor(const Tensor& sample, const Tensor& control, Mode) const {
  check_tensor(sample, depths().output, "sample", melody_name);
  SecondsPiece piece{.tempos = {{0.0, 120.0}}};
  const double step_seconds = 60.0 / 120.0 / options_.steps_per_quarter;
  bool sounds = false;
  std::size_t step = 0;
  const auto end_note = [&] {
    if (sounds) piece.notes.back().end = static_cast<double>(step) * step_seconds;
    sounds = false;
  };
  for (; step < sample.rows; ++step) {
    const auto label = static_cast<int>(largest(sample, step, 0, sample.depth));
    if (depths().end_token == label) break;
    if (label == 0) continue;
    end_note();
    if (label < special_events) continue;
    sounds = true;
    piece.notes.push_back({.pitch = label - special_events + options_.min_pitch,
                           .velocity = kOutputVelocity,
                           .start = static_cast<double>(step) * step_seconds});
  }
  end_note();
  if (!piece.notes.empty()) piece.end = piece.notes.back().end;
  const ConditionKinds kinds{options_.chord_encoding, options_.condition_on_key};
  if (control.rows == 0 || !kinds.any()) return piece;
  check_tensor(control, depths().control, "control", melody_name);
  write_conditions(piece, control, step, 60.0 / (options_.steps_per_quarter * 120.0), kinds);
  return piece;
}

}  // namespace musicvae::data::reference

#include "musicvae/data/reference/drums_converter.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "data/reference/quantized.hpp"

namespace musicvae::data::reference {
namespace {

constexpr const char* drums_name = "reference drums converter";

/// Silent or struck cells, step after step.
using Roll = std::vector<std::uint8_t>;

/// A cell that contains a hit.
struct DrumHit {
  std::int64_t step;
  std::size_t drum_class;
  friend auto operator<=>(const DrumHit&, const DrumHit&) = default;
};

/// The hits of a piece in the order of their steps.
std::vector<DrumHit> hits_of(const Quantized& piece, const PitchClasses& classes) {
  const std::vector<std::optional<std::size_t>> class_of = classes_of_pitches(classes);
  std::vector<DrumHit> hits;
  for (const QuantizedNote& note : piece.notes) {
    if (!note.note.drums || note.note.velocity == 0 || note.note.pitch < 0 || note.note.pitch > 127) continue;
    if (const auto drum_class = class_of[static_cast<std::size_t>(note.note.pitch)]) hits.push_back({note.start, *drum_class});
  }
  std::sort(hits.begin(), hits.end());
  return hits;
}

/// The stretches of playing in a piece, with `width` cells per step.
std::vector<Roll> stretches_of(const Quantized& piece, const DrumsOptions& options, std::size_t width) {
  const std::int64_t bar = StepGrid{options.steps_per_quarter, options.quarters_per_bar}.per_bar();
  const std::vector<DrumHit> hits = hits_of(piece, options.pitch_classes);
  std::vector<Roll> stretches;
  std::int64_t search = 0;  // where the next stretch can begin
  auto next = hits.begin();
  while (true) {
    while (next != hits.end() && next->step < search) ++next;
    if (next == hits.end()) return stretches;
    const std::int64_t start = next->step - (next->step - search) % bar;
    const auto first = next;
    std::int64_t length = 0;  // to the last hit
    for (; next != hits.end(); ++next) {
      const auto silence = static_cast<double>(next->step - start - length);
      if (length > 0 && options.gap_bars > 0.0 && silence >= options.gap_bars * static_cast<double>(bar)) break;
      length = next->step - start + 1;
    }
    length = (length + bar - 1) / bar * bar;
    search = start + length;
    if (options.max_bars > 0) length = std::min(length, options.max_bars * bar);
    const std::int64_t before = options.pad_to_total_time ? start : 0;
    const std::int64_t steps = options.pad_to_total_time ? piece.steps : length;
    Roll roll(static_cast<std::size_t>(steps) * width);
    for (auto hit = first; hit != next; ++hit) {
      const std::int64_t step = hit->step - start;
      if (step < length && before + step < steps) roll[static_cast<std::size_t>(before + step) * width + hit->drum_class] = 1;
    }
    stretches.push_back(std::move(roll));
  }
}

/// The windows of stretches, each of equal ones once.
std::vector<Roll> windows_of(const std::vector<Roll>& stretches, std::size_t cells_per_bar, int bars) {
  std::vector<Roll> windows;
  std::set<Roll> known;
  const auto add = [&](Roll window) {
    if (known.insert(window).second) windows.push_back(std::move(window));
  };
  for (const Roll& stretch : stretches) {
    if (bars == 0) {
      add(stretch);
      continue;
    }
    const std::size_t size = cells_per_bar * static_cast<std::size_t>(bars);
    for (std::size_t first = 0; first + size <= stretch.size(); first += cells_per_bar) {
      const auto begin = stretch.begin() + static_cast<std::ptrdiff_t>(first);
      add({begin, begin + static_cast<std::ptrdiff_t>(size)});
    }
  }
  return windows;
}

/// The rows of a roll, and one more with only the mark of the end in column `end`. If `marks_silence`, the last column marks rows that are
/// 0.
Tensor roll_tensor(const Roll& roll, std::size_t width, std::optional<std::size_t> end, bool marks_silence) {
  const std::size_t steps = roll.size() / width;
  Tensor rows(steps + (end ? 1 : 0), width + (end ? 1 : 0) + (marks_silence ? 1 : 0));
  for (std::size_t step = 0; step < steps; ++step) {
    bool silent = true;
    for (std::size_t i = 0; i < width; ++i) {
      rows.at(step, i) = roll[step * width + i];
      silent = silent && roll[step * width + i] == 0;
    }
    if (marks_silence && silent) rows.at(step, rows.depth - 1) = 1.0;
  }
  if (end) rows.at(steps, *end) = 1.0;
  return rows;
}

/// One-hot rows over all sets of classes, and one more with the mark of the end in column `end`.
Tensor one_hot_tensor(const Roll& roll, std::size_t width, std::optional<std::size_t> end) {
  const std::size_t steps = roll.size() / width;
  Tensor rows(steps + (end ? 1 : 0), (std::size_t{1} << width) + (end ? 1 : 0));
  for (std::size_t step = 0; step < steps; ++step) {
    std::size_t label = 0;
    for (std::size_t i = 0; i < width; ++i) label |= std::size_t{roll[step * width + i]} << i;
    rows.at(step, label) = 1.0;
  }
  if (end) rows.at(steps, *end) = 1.0;
  return rows;
}

}  // namespace

DrumsConverter::DrumsConverter(DrumsOptions options) : options_(std::move(options)) {
  check_number("max_bars", options_.max_bars, 0, drums_name);
  check_number("slice_bars", options_.slice_bars, 0, drums_name);
  check_number("steps_per_quarter", options_.steps_per_quarter, 1, drums_name);
  check_number("quarters_per_bar", options_.quarters_per_bar, 1, drums_name);
  check_number("max_tensors_per_notesequence", options_.max_tensors_per_notesequence, 0, drums_name);
  check_gap(options_.gap_bars, drums_name);
  if (options_.pitch_classes.empty()) options_.pitch_classes = pitch_classes_of(DrumMap::reduced());
  check_classes(options_.pitch_classes, drums_name);
  constexpr std::size_t most = 12;  // 4096 columns
  if (options_.pitch_classes.size() > most && !(options_.roll_input && options_.roll_output)) {
    refuse(drums_name, "one-hot rows of " + std::to_string(options_.pitch_classes.size()) +
                           " classes have too many columns; use roll_input and roll_output, or at most " + std::to_string(most) +
                           " classes");
  }
}

Depths DrumsConverter::depths() const {
  const auto classes = static_cast<int>(options_.pitch_classes.size());
  const int end = options_.add_end_token ? 1 : 0;
  Depths depths;
  depths.input = (options_.roll_input ? classes + 1 : 1 << classes) + end;
  depths.output = (options_.roll_output ? classes : 1 << classes) + end;
  if (options_.add_end_token) depths.end_token = depths.output - 1;
  return depths;
}

std::vector<Example> DrumsConverter::to_tensors(const SecondsPiece& piece, Mode mode, std::uint32_t seed) const {
  const StepGrid grid{options_.steps_per_quarter, options_.quarters_per_bar};
  const std::size_t width = options_.pitch_classes.size();
  const int most = options_.max_tensors_per_notesequence;
  const auto end_after = [&](std::size_t column) { return options_.add_end_token ? std::optional(column) : std::nullopt; };
  const auto rows = [&](const Roll& roll, bool as_roll, bool input) {
    return as_roll ? roll_tensor(roll, width, end_after(width), input) : one_hot_tensor(roll, width, end_after(std::size_t{1} << width));
  };
  return examples_of_parts(piece, options_.presplit_on_time_changes, most, mode, seed, [&](const SecondsPiece& part, NumpyRandom& random) {
    std::vector<Example> examples;
    const std::optional<Quantized> steps = quantized(part, grid, drums_name);
    if (!steps) return examples;
    const std::size_t per_bar = static_cast<std::size_t>(grid.per_bar()) * width;
    std::vector<Roll> windows = windows_of(stretches_of(*steps, options_, width), per_bar, options_.slice_bars);
    sample(windows, most, mode, random);
    for (const Roll& window : windows) {
      Example example{.input = rows(window, options_.roll_input, true), .output = rows(window, options_.roll_output, false)};
      example.control = Tensor(example.output.rows, 0);
      examples.push_back(std::move(example));
    }
    return examples;
  });
}

SecondsPiece DrumsConverter::from_tensor(const Tensor& sample, const Tensor&, Mode) const {
  check_tensor(sample, depths().output, "sample", drums_name);
  const std::size_t width = options_.pitch_classes.size();
  SecondsPiece piece{.tempos = {{0.0, 120.0}}};
  const double step_seconds = 60.0 / 120.0 / options_.steps_per_quarter;
  for (std::size_t step = 0; step < sample.rows; ++step) {
    const std::size_t label = options_.roll_output ? 0 : largest(sample, step, 0, sample.depth);
    if (options_.add_end_token && (options_.roll_output ? sample.at(step, width) != 0.0 : label == sample.depth - 1)) break;
    std::set<int> pitches;
    for (std::size_t i = 0; i < width; ++i) {
      const bool hit = options_.roll_output ? sample.at(step, i) != 0.0 : ((label >> i) & 1U) != 0;
      if (hit) pitches.insert(options_.pitch_classes[i].front());
    }
    for (const int pitch : pitches) {
      piece.notes.push_back({.pitch = pitch,
                             .velocity = kOutputVelocity,
                             .start = static_cast<double>(step) * step_seconds,
                             .end = static_cast<double>(step + 1) * step_seconds,
                             .instrument = kDrumInstrument,
                             .drums = true});
      piece.end = piece.notes.back().end;
    }
  }
  return piece;
}

}  // namespace musicvae::data::reference

#include "musicvae/data/reference/groove_converter.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "data/reference/quantized.hpp"

namespace musicvae::data::reference {
namespace {

constexpr const char* groove_name = "reference groove converter";

/// The hits, velocities and offsets of a piece, [steps, classes] each.
struct Grooves {
  Tensor hits;
  Tensor velocities;
  Tensor offsets;

  void forget(std::size_t step, std::size_t drum) {
    hits.at(step, drum) = 0.0;
    velocities.at(step, drum) = 0.0;
    offsets.at(step, drum) = 0.0;
  }
};

void silence(Tensor& tensor) {
  std::fill(tensor.values.begin(), tensor.values.end(), 0.0);
}

/// The loudest note of each cell, in whole bars.
Grooves grooves_of(const Quantized& piece, const PitchClasses& classes, std::int64_t per_bar, int steps_per_quarter) {
  const std::vector<std::optional<std::size_t>> class_of = classes_of_pitches(classes);
  std::int64_t last = 0;
  for (const QuantizedNote& note : piece.notes) last = std::max(last, note.start);
  const auto steps = static_cast<std::size_t>((last / per_bar + 1) * per_bar);
  Grooves made{Tensor(steps, classes.size()), Tensor(steps, classes.size()), Tensor(steps, classes.size())};
  const double step_seconds = 60.0 / piece.qpm / steps_per_quarter;
  std::vector<int> loudest(steps * classes.size(), -1);
  for (const QuantizedNote& note : piece.notes) {
    const bool possible = note.note.pitch >= 0 && note.note.pitch <= 127;
    const std::optional<std::size_t> drum = possible ? class_of[static_cast<std::size_t>(note.note.pitch)] : std::nullopt;
    if (!drum) {
      refuse(groove_name, "no class has the pitch " + std::to_string(note.note.pitch) + "; remove the note, or add the pitch to a class");
    }
    const auto step = static_cast<std::size_t>(note.start);
    int& velocity = loudest[step * classes.size() + *drum];
    if (note.note.velocity <= velocity) continue;
    velocity = note.note.velocity;
    made.hits.at(step, *drum) = 1.0;
    made.velocities.at(step, *drum) = velocity / 127.0;
    const double early = rounded(step_seconds * static_cast<double>(note.start)) - note.note.start;
    made.offsets.at(step, *drum) = early / step_seconds * 2.0;
  }
  return made;
}

/// Removes notes at random, quiet ones more often.
void drop_notes(Grooves& input, double most, NumpyRandom& random) {
  const double probability = random.uniform(most);
  for (std::size_t step = 0; step < input.hits.rows; ++step) {
    for (std::size_t drum = 0; drum < input.hits.depth; ++drum) {
      const double weight = std::max(0.2, 1.0 - input.velocities.at(step, drum));
      if (!random.happens(weight * probability)) continue;
      // The reference multiplies, so an offset below 0 becomes -0.
      for (Tensor* numbers : {&input.hits, &input.velocities, &input.offsets}) numbers->at(step, drum) *= 0.0;
    }
  }
}

/// Leaves the loudest of the hits in `input` per step, as it is in `all`, in the column of the open hi-hat.
void tap(Grooves& input, const Grooves& all) {
  constexpr std::size_t open_hihat = 3;
  for (std::size_t step = 0; step < all.hits.rows; ++step) {
    const std::size_t loudest = largest(input.velocities, step, 0, input.velocities.depth);
    for (std::size_t drum = 0; drum < all.hits.depth; ++drum) input.forget(step, drum);
    input.hits.at(step, open_hihat) = all.hits.at(step, loudest);
    input.velocities.at(step, open_hihat) = all.velocities.at(step, loudest);
    input.offsets.at(step, open_hihat) = all.offsets.at(step, loudest);
  }
}

/// What the encoder gets.
Grooves input_of(const Grooves& all, const GrooveOptions& options, NumpyRandom& random) {
  Grooves input = all;
  if (options.max_note_dropout_probability) drop_notes(input, *options.max_note_dropout_probability, random);
  if (options.tapify) tap(input, all);
  if (options.humanize || options.fixed_velocities) silence(input.velocities);
  if (options.humanize) silence(input.offsets);
  for (std::size_t step = 0; step < input.hits.rows; ++step) {
    for (const int drum : options.add_instruments) input.forget(step, static_cast<std::size_t>(drum));
  }
  return input;
}

/// `count` one-hot columns per number: the bins between `low` and `high`, each with its upper end (NumPy's linspace and digitize).
Tensor binned(const Tensor& values, double low, double high, int count) {
  const double top = high + 0.0001;
  const double width = (top - low) / (count - 1);
  std::vector<double> ends;
  for (int i = 0; i < count; ++i) ends.push_back(i + 1 < count ? rounded(i * width) + low : top);
  const auto bins = static_cast<std::size_t>(count);
  Tensor result(values.rows, values.depth * bins);
  for (std::size_t i = 0; i < values.values.size(); ++i) {
    // MIDI has no velocity above 127, but a piece may.
    const auto bin = std::lower_bound(ends.begin(), ends.end() - 1, values.values[i]) - ends.begin();
    result.values[i * bins + static_cast<std::size_t>(bin)] = 1.0;
  }
  return result;
}

/// The rows of a model.
Tensor rows_of(const Grooves& grooves, const GrooveOptions& options) {
  const bool bins = options.num_velocity_bins > 0;
  const Tensor velocities = bins ? binned(grooves.velocities, 0.0, 1.0, options.num_velocity_bins) : grooves.velocities;
  const Tensor offsets = bins ? binned(grooves.offsets, -1.0, 1.0, options.num_offset_bins) : grooves.offsets;
  const std::size_t parts = options.split_instruments ? grooves.hits.depth : 1;  // rows per step
  Tensor rows(grooves.hits.rows * parts, (grooves.hits.depth + velocities.depth + offsets.depth) / parts);
  auto to = rows.values.begin();
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (const Tensor* part : {&grooves.hits, &velocities, &offsets}) {
      const auto width = static_cast<std::ptrdiff_t>(part->depth / parts);
      to = std::copy_n(part->values.begin() + static_cast<std::ptrdiff_t>(row) * width, width, to);
    }
  }
  return rows;
}

/// The conditions of the rows.
Tensor control_of(const Grooves& grooves, const GrooveOptions& options) {
  const std::size_t drums = grooves.hits.depth;
  const std::size_t parts = options.split_instruments ? drums : 1;
  const std::size_t hits = options.hits_as_controls ? drums / parts : 0;
  Tensor rows(grooves.hits.rows * parts, hits + (options.split_instruments ? drums : 0));
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (std::size_t i = 0; i < hits; ++i) rows.at(row, i) = grooves.hits.values[row * hits + i];
    if (options.split_instruments) rows.at(row, hits + row % drums) = 1.0;
  }
  return rows;
}

/// Rows [first, first + count).
Tensor slice_rows(const Tensor& tensor, std::size_t first, std::size_t count) {
  Tensor result(count, tensor.depth);
  std::copy_n(tensor.values.begin() + static_cast<std::ptrdiff_t>(first * tensor.depth), result.values.size(), result.values.begin());
  return result;
}

/// Where a sample's numbers of a class are.
struct Cell {
  std::size_t row;
  std::size_t hit;
  std::size_t velocity;  // of the first of its columns
  std::size_t offset;    // likewise
};

}  // namespace

GrooveConverter::GrooveConverter(GrooveOptions options) : options_(std::move(options)) {
  check_number("split_bars", options_.split_bars, 0, groove_name);
  check_number("steps_per_quarter", options_.steps_per_quarter, 1, groove_name);
  check_number("quarters_per_bar", options_.quarters_per_bar, 1, groove_name);
  check_number("max_tensors_per_notesequence", options_.max_tensors_per_notesequence, 0, groove_name);
  check_number("num_velocity_bins", options_.num_velocity_bins, 0, groove_name);
  check_number("num_offset_bins", options_.num_offset_bins, 0, groove_name);
  check_number("hop_size", options_.hop_size, 0, groove_name);
  if (options_.pitch_classes.empty()) options_.pitch_classes = pitch_classes_of(DrumMap::roland());
  if (options_.inference_pitch_classes.empty()) options_.inference_pitch_classes = options_.pitch_classes;
  check_classes(options_.pitch_classes, groove_name);
  check_classes(options_.inference_pitch_classes, groove_name);
  const std::size_t drums = options_.pitch_classes.size();
  if (options_.inference_pitch_classes.size() != drums) {
    refuse(groove_name, "there are " + std::to_string(drums) + " pitch classes, and " +
                            std::to_string(options_.inference_pitch_classes.size()) + " for inference; give as many");
  }
  if ((options_.num_velocity_bins > 0) != (options_.num_offset_bins > 0))
    refuse(groove_name, "only one of num_velocity_bins and num_offset_bins is given; give both or neither");
  if (options_.num_velocity_bins == 1 || options_.num_offset_bins == 1)
    refuse(groove_name, "one bin holds no number; use two bins or more");
  if (options_.split_bars == 0 && options_.hop_size > 0) refuse(groove_name, "hop_size needs split_bars; give the length of a window");
  if (options_.tapify && drums < 4)
    refuse(groove_name, "tapify puts taps into class 3, but there are " + std::to_string(drums) + " classes; give four or more");
  for (const int drum : options_.add_instruments) {
    if (drum < 0 || static_cast<std::size_t>(drum) >= drums)
      refuse(groove_name, "add_instruments has the class " + std::to_string(drum) + "; use 0 to " + std::to_string(drums - 1));
  }
  const double dropout = options_.max_note_dropout_probability.value_or(0.0);
  if (!(dropout >= 0.0 && dropout <= 1.0))
    refuse(groove_name, "max_note_dropout_probability is " + std::to_string(dropout) + "; use 0 to 1");
}

Depths GrooveConverter::depths() const {
  const auto drums = static_cast<int>(options_.pitch_classes.size());
  const bool split = options_.split_instruments;
  const int numbers = options_.num_velocity_bins > 0 ? 1 + options_.num_velocity_bins + options_.num_offset_bins : 3;
  const int width = (split ? 1 : drums) * numbers;
  return {.input = width, .output = width, .control = (options_.hits_as_controls ? (split ? 1 : drums) : 0) + (split ? drums : 0)};
}

std::vector<Example> GrooveConverter::to_tensors(const SecondsPiece& piece, Mode mode, std::uint32_t seed) const {
  const StepGrid grid{options_.steps_per_quarter, options_.quarters_per_bar};
  const std::optional<Quantized> steps = quantized(piece, grid, groove_name);
  if (!steps || steps->notes.empty()) return {};
  NumpyRandom random(seed);
  const Grooves all = grooves_of(*steps, classes(mode), grid.per_bar(), options_.steps_per_quarter);
  const Tensor input = rows_of(input_of(all, options_, random), options_);
  const Tensor output = rows_of(all, options_);
  const Tensor control = control_of(all, options_);
  if (options_.split_bars == 0) return {{input, output, control}};
  const std::size_t rows_per_step = options_.split_instruments ? all.hits.depth : 1;
  const std::size_t window = static_cast<std::size_t>(options_.split_bars * grid.per_bar()) * rows_per_step;
  const std::size_t hop = options_.hop_size > 0 ? static_cast<std::size_t>(options_.hop_size) * rows_per_step : window;
  std::vector<Example> examples;
  for (std::size_t first = 0; first + window <= output.rows; first += hop)
    examples.push_back({slice_rows(input, first, window), slice_rows(output, first, window), slice_rows(control, first, window)});
  return examples;
}

SecondsPiece GrooveConverter::from_tensor(const Tensor& sample, const Tensor&, Mode mode) const {
  check_tensor(sample, depths().output, "sample", groove_name);
  const std::size_t drums = options_.pitch_classes.size();
  const bool has_bins = options_.num_velocity_bins > 0;
  const auto velocity_width = static_cast<std::size_t>(has_bins ? options_.num_velocity_bins : 1);
  const auto offset_width = static_cast<std::size_t>(has_bins ? options_.num_offset_bins : 1);
  const bool split = options_.split_instruments;
  const auto cell = [&](std::size_t step, std::size_t drum) -> Cell {
    if (split) return {step * drums + drum, 0, 1, 1 + velocity_width};
    return {step, drum, drums + drum * velocity_width, drums * (1 + velocity_width) + drum * offset_width};
  };
  SecondsPiece piece{.tempos = {{0.0, 120.0}}};
  const double step_seconds = 60.0 / 120.0 / options_.steps_per_quarter;
  const std::size_t steps = split || has_bins ? (sample.rows + (has_bins ? 0 : drums - 1)) / drums : sample.rows;
  for (std::size_t step = 0; step < steps; ++step) {
    for (std::size_t drum = 0; drum < drums; ++drum) {
      const Cell at = cell(step, drum);
      if (at.row >= sample.rows || !(sample.at(at.row, at.hit) > 0.5)) continue;
      int velocity = 0;
      double offset = 0.0;
      if (has_bins) {
        velocity = static_cast<int>(static_cast<double>(largest(sample, at.row, at.velocity, velocity_width)) /
                                    static_cast<double>(velocity_width) * 127.0);
        offset = static_cast<double>(largest(sample, at.row, at.offset, offset_width)) / static_cast<double>(offset_width) - 0.5;
      } else {
        velocity = static_cast<int>(std::clamp(std::nearbyint(sample.at(at.row, at.velocity) * 127.0), 0.0, 127.0));
        offset = std::clamp(sample.at(at.row, at.offset) / 2.0, -0.5, 0.5);
      }
      const double start = rounded((static_cast<double>(step) - offset) * step_seconds);
      piece.notes.push_back({.pitch = classes(mode)[drum].front(),
                             .velocity = velocity,
                             .start = start,
                             .end = start + step_seconds,
                             .instrument = kDrumInstrument,
                             .drums = true});
      piece.end = std::max(piece.end, piece.notes.back().end);
    }
  }
  return piece;
}

}  // namespace musicvae::data::reference

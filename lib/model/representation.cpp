#include "musicvae/model/representation.hpp"

#include <algorithm>
#include <string>

#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_tensor.hpp"

namespace musicvae {
namespace {

// The hits of a row of a width that takes_rows_of() accepts for this model.
std::span<const float> hits_of(const ModelConfig& config, std::span<const float> row) {
  return row.first(static_cast<std::size_t>(drum_class_count(config)));
}

// Writes at most one tap: the hit and offset of the loudest drum, in the columns of the open hi-hat, without velocity. A hidden hit counts
// as silent in the search for the loudest. If all drums are silent, the first drum is taken, hidden or not, as in Magenta's converter.
void write_tap(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) {
  int loudest = 0;
  float most = -1.0F;
  for (int d = 0; d < kDrums; ++d) {
    const auto at = static_cast<std::size_t>(d);
    const float velocity = !hidden.empty() && hidden[at] != 0 ? 0.0F : row[kDrums + at];
    if (velocity > most) {
      most = velocity;
      loudest = d;
    }
  }
  constexpr auto tap = static_cast<std::size_t>(Drum::open_hihat);
  std::fill(input.begin(), input.end(), 0.0F);
  input[tap] = row[static_cast<std::size_t>(loudest)];
  input[2 * kDrums + tap] = row[static_cast<std::size_t>(2 * kDrums + loudest)];
}

}  // namespace

bool takes_rows_of(const ModelConfig& config, int depth) {
  if (config.converter == Converter::tensors) return depth == config.input_depth && depth == config.output_depth;
  if (config.converter == Converter::groove) return depth == kDrumTensorDepth;
  return depth == drum_class_count(config) || (depth == kDrumTensorDepth && drum_class_count(config) == kDrums);
}

void write_input(const ModelConfig& config, std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) {
  if (config.converter == Converter::tensors) {
    std::copy(row.begin(), row.end(), input.begin());
    return;
  }
  if (config.converter == Converter::drums) {
    const std::span<const float> hits = hits_of(config, row);
    bool any = false;
    for (std::size_t c = 0; c < hits.size(); ++c) {
      input[c] = hits[c];
      any = any || hits[c] > 0.5F;
    }
    input[hits.size()] = any ? 0.0F : 1.0F;
    return;
  }
  if (hidden.empty() && (config.task == Task::reconstruct || config.task == Task::hits_control)) {
    std::copy(row.begin(), row.end(), input.begin());
    return;
  }
  if (config.task == Task::tap) {
    write_tap(row, hidden, input);
    return;
  }
  const bool hits_only = config.task == Task::humanize;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto drum = static_cast<Drum>(i % kDrums);
    const bool seen = (hidden.empty() || hidden[i % kDrums] == 0) && (!hits_only || i < kDrums) &&
                      (config.task != Task::add_closed_hihat || drum != Drum::closed_hihat);
    input[i] = seen ? row[i] : 0.0F;
  }
}

void write_target(const ModelConfig& config, std::span<const float> row, std::span<float> target) {
  if (config.converter != Converter::drums) {
    std::copy(row.begin(), row.end(), target.begin());
    return;
  }
  const std::span<const float> hits = hits_of(config, row);
  if (config.head == OutputHead::nade) {
    std::copy(hits.begin(), hits.end(), target.begin());
    return;
  }
  std::size_t combination = 0;
  for (std::size_t c = 0; c < hits.size(); ++c) combination |= static_cast<std::size_t>(hits[c] > 0.5F ? 1 : 0) << c;
  std::fill(target.begin(), target.end(), 0.0F);
  target[combination] = 1.0F;
}

void write_control(const ModelConfig& config, std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> control) {
  const std::size_t marks = config.converter == Converter::groove ? static_cast<std::size_t>(marks_depth(config.task)) : control.size();
  if (control.size() > marks) write_input(config, row, hidden, control.subspan(marks));
  for (std::size_t c = 0; c < marks; ++c) {
    control[c] = config.task == Task::hits_control ? row[c] : !hidden.empty() && hidden[c] != 0 ? 1.0F : 0.0F;
  }
}

std::vector<float> window_rows(const ModelConfig& config, const DrumSequence& groove) {
  if (config.converter == Converter::tensors) {
    throw ConfigError("config \"" + config.name + "\": its converter is tensors, so it knows no grooves; give tensors instead");
  }
  const auto steps = static_cast<std::size_t>(groove.steps());
  std::vector<float> rows(steps * kDrumTensorDepth);
  to_tensor(groove, rows);
  const auto classes = static_cast<std::size_t>(drum_class_count(config));
  if (classes == kDrums) return rows;
  const DrumMap map = DrumMap::reduced();
  std::vector<float> full(steps * classes);
  for (int step = 0; step < groove.steps(); ++step) {
    for (int d = 0; d < kDrums; ++d) {
      if (!groove.at(step, static_cast<Drum>(d)).hit) continue;
      const int pitch = map.pitch(static_cast<Drum>(d));
      full[static_cast<std::size_t>(step) * classes + static_cast<std::size_t>(*full_drum_class(pitch))] = 1.0F;
    }
  }
  return full;
}

void write_encoder_rows(const ModelConfig& config, std::span<const float> rows, std::size_t depth, std::span<const std::uint8_t> hidden,
                        std::span<float> x) {
  const auto input = static_cast<std::size_t>(config.input_depth);
  const std::size_t width = input + static_cast<std::size_t>(config.control_depth);
  for (std::size_t step = 0; step * depth < rows.size(); ++step) {
    const std::span<const float> row = rows.subspan(step * depth, depth);
    const std::span<const std::uint8_t> unseen = hidden.empty() ? hidden : hidden.subspan(step * kDrums, kDrums);
    const std::span<float> to = x.subspan(step * width, width);
    write_input(config, row, unseen, to.first(input));
    write_control(config, row, unseen, to.subspan(input));
  }
}

std::vector<float> control_rows(const ModelConfig& config, const DrumSequence& window, std::span<const std::uint8_t> hidden) {
  const auto depth = static_cast<std::size_t>(config.control_depth);
  std::vector<float> result(static_cast<std::size_t>(config.steps) * depth);
  if (depth == 0) return result;
  const std::vector<float> rows = window_rows(config, window);
  for (std::size_t step = 0; step < static_cast<std::size_t>(window.steps()); ++step) {
    const std::span<const float> row = std::span(rows).subspan(step * kDrumTensorDepth, kDrumTensorDepth);
    write_control(config, row, hidden.empty() ? hidden : hidden.subspan(step * kDrums, kDrums),
                  std::span(result).subspan(step * depth, depth));
  }
  return result;
}

DrumSequence groove_of_hits(std::span<const float> rows, int steps, Grid grid) {
  const std::size_t classes = steps == 0 ? kDrums : rows.size() / static_cast<std::size_t>(steps);
  if ((classes != kDrums && classes != kFullDrumPitches.size()) || rows.size() != static_cast<std::size_t>(steps) * classes) {
    throw ArgumentError("groove: " + std::to_string(rows.size()) + " hits; give " + std::to_string(steps) + " steps x 9 or 61");
  }
  const DrumMap map = DrumMap::reduced();
  DrumSequence groove(steps, grid);
  for (int step = 0; step < steps; ++step) {
    for (std::size_t c = 0; c < classes; ++c) {
      if (rows[static_cast<std::size_t>(step) * classes + c] <= 0.5F) continue;
      groove.set(step, classes == kDrums ? static_cast<Drum>(c) : *map.drum(full_drum_pitch(static_cast<int>(c))), kPlainVelocity);
    }
  }
  return groove;
}

DrumSequence groove_of(const ModelConfig& config, std::span<const float> rows, int steps, Grid grid) {
  if (config.converter == Converter::groove) return from_tensor(rows, steps, grid);
  if (config.converter == Converter::tensors) {
    throw ConfigError("config \"" + config.name + "\": its converter is tensors, so it makes no grooves; read its tensors instead");
  }
  if (config.head == OutputHead::nade) return groove_of_hits(rows, steps, grid);
  const auto depth = static_cast<std::size_t>(config.output_depth);
  if (rows.size() != static_cast<std::size_t>(steps) * depth) {
    throw ArgumentError("groove: " + std::to_string(rows.size()) + " numbers; give " + std::to_string(steps) + " steps x " +
                        std::to_string(depth));
  }
  DrumSequence groove(steps, grid);
  for (int step = 0; step < steps; ++step) {
    const std::span<const float> row = rows.subspan(static_cast<std::size_t>(step) * depth, depth);
    const auto combination = static_cast<unsigned>(std::max_element(row.begin(), row.end()) - row.begin());
    for (int d = 0; d < kDrums; ++d) {
      if ((combination >> d & 1U) != 0) groove.set(step, static_cast<Drum>(d), kPlainVelocity);
    }
  }
  return groove;
}

}  // namespace musicvae

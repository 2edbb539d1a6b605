// Representation: a window of drums as the rows that a model reads, learns and says, and back. The one place where a config's converter
// and task become numbers; training and inference both go through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/model/config.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// The velocity of a hit from a model that knows none, as Magenta plays it: 80 of 127.
inline constexpr float kPlainVelocity = 80.0F / 127.0F;

/// How many drum classes a model of drums tells apart: 9, or 61 (DrumClasses::full). The converter is not `tensors`.
[[nodiscard]] inline int drum_class_count(const ModelConfig& config) {
  return config.converter == Converter::drums && config.head == OutputHead::nade ? config.output_depth : kDrums;
}

/// Can a window of rows `depth` wide be turned into this model's? 27: [hits x9 | velocities x9 | offsets x9]; 9 or 61: hits alone.
[[nodiscard]] bool takes_rows_of(const ModelConfig& config, int depth);

/// A step as the encoder sees it: `row` of a window that takes_rows_of() accepts -> `input` [input_depth]. Groove converter: by the
/// config's task (Gillick et al. 2019, section 3.4); `hidden` [9] says which drums it shall not see (note dropout, cells to fill in),
/// empty: none. Drums converter: the hits, and 1 where there are none.
void write_input(const ModelConfig& config, std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input);

/// A step as the decoder shall say it: `row` -> `target` [output_depth]. Groove converter: the row. Drums converter: the hits (nade), or
/// one of their 2^9 combinations, class d being bit d (categorical).
void write_target(const ModelConfig& config, std::span<const float> row, std::span<float> target);

/// A step's control track -> `control` [control_depth]: the hits (task hits_control), or 1 for the drums that are `hidden` (infill); and
/// what the encoder sees of the step, where the decoder follows it.
void write_control(const ModelConfig& config, std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> control);

/// A groove as rows that the functions above take, [steps, 27], or [steps, 61] for a model that tells 61 classes apart: a drum is
/// then the pitch that DrumMap::reduced() writes it as. Throws ConfigError for a model of tensors.
[[nodiscard]] std::vector<float> window_rows(const ModelConfig& config, const DrumSequence& groove);

/// A whole window as the encoder sees it: `rows` [steps, depth] with a depth that takes_rows_of() accepts -> `x` [steps, input_depth +
/// control_depth], the control track after the input. `hidden` [steps, 9] as in write_input; empty: none.
void write_encoder_rows(const ModelConfig& config, std::span<const float> rows, std::size_t depth, std::span<const std::uint8_t> hidden,
                        std::span<float> x);

/// A window's control track, [steps of the model, control_depth], zeros beyond the window; empty where the model has none. `hidden`
/// [steps of the window, 9] has the cells to fill in; empty: none.
[[nodiscard]] std::vector<float> control_rows(const ModelConfig& config, const DrumSequence& window,
                                              std::span<const std::uint8_t> hidden = {});

/// Hits alone, [steps, 9 or 61] of 0/1, as a groove: they are kPlainVelocity loud, and 61 classes become nine by DrumMap::reduced().
/// Throws ArgumentError for another width.
[[nodiscard]] DrumSequence groove_of_hits(std::span<const float> rows, int steps, Grid grid = {});

/// What a decoder said, [steps, output_depth], as a groove; hits of a model without velocities are kPlainVelocity loud. Throws ConfigError for a model of tensors, ArgumentError for a wrong size.
[[nodiscard]] DrumSequence groove_of(const ModelConfig& config, std::span<const float> rows, int steps, Grid grid);

}  // namespace musicvae

// Converts a window of drums to the rows that a model takes as input, learns and outputs, and back. Only this file turns a config's
// converter and task into numbers; training and inference both use it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "musicvae/model/config.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// The velocity of hits from a model without velocities, as in Magenta: 80 of 127.
inline constexpr float kPlainVelocity = 80.0F / 127.0F;

/// The number of drum classes that a model of drums distinguishes: 9, or 61 (DrumClasses::full). The converter must not be `tensors`.
[[nodiscard]] inline int drum_class_count(const ModelConfig& config) {
  return config.converter == Converter::drums && config.head == OutputHead::nade ? config.output_depth : kDrums;
}

/// Whether a window of rows of width `depth` can be converted for this model. 27: [hits x9 | velocities x9 | offsets x9]; 9 or 61: hits
/// alone.
[[nodiscard]] bool takes_rows_of(const ModelConfig& config, int depth);

/// One step of the encoder's input: `row`, of a width that takes_rows_of() accepts -> `input` [input_depth]. Groove converter: as the
/// config's task requires (Gillick et al. 2019, section 3.4); `hidden` [9] marks the drums that the encoder must not see (note dropout,
/// cells to fill in), empty: none. Drums converter: the hits, then 1 if there are no hits.
void write_input(const ModelConfig& config, std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input);

/// One step of the decoder's target: `row` -> `target` [output_depth]. Groove converter: the row. Drums converter: the hits (nade), or one
/// of their 2^9 combinations, in which class d is bit d (categorical).
void write_target(const ModelConfig& config, std::span<const float> row, std::span<float> target);

/// One step of the control track: `row` -> `control` [control_depth]: the hits (task hits_control), or 1 for the drums that are `hidden`
/// (infill). If the decoder follows the encoder's input, that input comes after these marks.
void write_control(const ModelConfig& config, std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> control);

/// A groove as rows for the functions above: [steps, 27], or [steps, 61] for a model that distinguishes 61 classes. With 61 classes, a drum
/// becomes its output pitch in DrumMap::reduced(). Throws ConfigError for a model of tensors.
[[nodiscard]] std::vector<float> window_rows(const ModelConfig& config, const DrumSequence& groove);

/// A whole window as the encoder's input: `rows` [steps, depth] with a depth that takes_rows_of() accepts -> `x` [steps, input_depth +
/// control_depth], the control track after the input. `hidden` [steps, 9] is as in write_input; empty: none.
void write_encoder_rows(const ModelConfig& config, std::span<const float> rows, std::size_t depth, std::span<const std::uint8_t> hidden,
                        std::span<float> x);

/// The control track of a window, [steps of the model, control_depth], with zeros beyond the window; empty if the model has no control
/// track. `hidden` [steps of the window, 9] marks the cells to fill in; empty: none.
[[nodiscard]] std::vector<float> control_rows(const ModelConfig& config, const DrumSequence& window,
                                              std::span<const std::uint8_t> hidden = {});

/// Converts hits alone, [steps, 9 or 61] of 0/1, to a groove. Their velocity is kPlainVelocity, and DrumMap::reduced() turns 61 classes
/// into nine. Throws ArgumentError for another width.
[[nodiscard]] DrumSequence groove_of_hits(std::span<const float> rows, int steps, Grid grid = {});

/// Converts the output of a decoder, [steps, output_depth], to a groove. Hits of a model without velocities get kPlainVelocity. Throws
/// ConfigError for a model of tensors, and ArgumentError for a wrong size.
[[nodiscard]] DrumSequence groove_of(const ModelConfig& config, std::span<const float> rows, int steps, Grid grid);

}  // namespace musicvae

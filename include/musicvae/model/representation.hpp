// Representation: how one kind of music becomes the rows that a model takes as input, learns and outputs, and back. One class per kind.
// Training and inference both use it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/model/config_fields.hpp"
#include "musicvae/model/head.hpp"
#include "musicvae/model/immutable.hpp"
#include "musicvae/model/task.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/grid.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae {

/// A kind of music on a grid of steps, such as DrumSequence. `Mask` chooses cells of it. `kPlural` is its name in messages: "grooves".
template <class Value>
concept MusicValue = requires(const Value& value, Value& changed, int step) {
  { value.steps() } -> std::convertible_to<int>;
  { value.grid() } -> std::convertible_to<Grid>;
  { value.slice(step, step) } -> std::same_as<Value>;
  { value.concat(value) } -> std::same_as<Value>;
  { value.repeated(step) } -> std::same_as<Value>;
  changed.append(value);
  { Value::kPlural } -> std::convertible_to<std::string_view>;
};

/// Depths of a config's rows that a file gives; empty: the file does not give it.
struct GivenDepths {
  std::optional<int> input{}, output{}, control{};
};

/// A representation with its settings. Immutable once it is part of a ModelConfig; any number of threads may use it.
class Representation {
 public:
  virtual ~Representation() = default;

  /// Its name in JSON ("converter") and in messages.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// What it represents, in messages: "grooves".
  [[nodiscard]] virtual std::string_view music() const noexcept = 0;
  [[nodiscard]] virtual std::unique_ptr<Representation> clone() const = 0;
  /// Visits its settings, which are fields of the config's JSON.
  virtual void fields(ConfigFields& fields);
  /// Takes settings from the depths in a file, for example the number of drum classes.
  virtual void take_depths(const GivenDepths& depths);
  /// Checks its settings, and the fields of the config that it depends on.
  virtual void validate(const ModelConfig& config, const ConfigCheck& check) const;

  /// The number of rows that `steps` steps of music become: one per step, unless the music becomes tokens.
  [[nodiscard]] virtual int row_count(int steps) const noexcept;
  /// The number of steps of music that `rows` rows become.
  [[nodiscard]] virtual int step_count(int rows) const noexcept;
  /// Whether a segment of the lowest level of a hierarchical encoder ends with its last row that is not zero. Otherwise all its rows count.
  [[nodiscard]] virtual bool segments_end() const noexcept;

  /// The width of the encoder's input.
  [[nodiscard]] virtual int input_depth() const noexcept = 0;
  /// The width of the decoder's output below a head with this format.
  [[nodiscard]] virtual int output_depth(OutputFormat format) const noexcept = 0;
  /// The widths of the one-hot groups of an output step, in order, if it is more than one group; empty: one group per output part.
  [[nodiscard]] virtual std::vector<int> categories() const;
  /// The width of the control track that encoder and decoder also take, after their input.
  [[nodiscard]] virtual int control_depth() const noexcept;
  /// Whether the control track is the chord of each step, one-hot [Chord::kClasses].
  [[nodiscard]] virtual bool has_chords() const noexcept;
  /// Whether row `row` of a window is played on a chord, if the music has chords. Otherwise its chord is "N.C.".
  [[nodiscard]] virtual bool row_has_chord(int row) const noexcept;
  /// The number of cells of a step that can be hidden, known or filled in: 9 drums.
  [[nodiscard]] virtual int cells() const noexcept = 0;
  /// The kind of input: "groove", "hits", "humanize".
  [[nodiscard]] virtual std::string input_name() const;
  /// What the model learns to do.
  [[nodiscard]] virtual Task task() const noexcept;

  /// Whether a window of rows of width `depth` can be converted.
  [[nodiscard]] virtual bool takes_rows_of(int depth) const noexcept = 0;
  /// One step of the encoder's input: `row`, of a width that takes_rows_of() accepts -> `input` [input_depth]. `hidden` [cells] marks what
  /// the encoder must not see (note dropout, cells to fill in); empty: nothing.
  virtual void write_input(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> input) const = 0;
  /// One step of the decoder's target: `row` -> `target` [output_depth].
  virtual void write_target(OutputFormat format, std::span<const float> row, std::span<float> target) const = 0;
  /// One step of the control track: `row` -> `control` [control_depth].
  virtual void write_control(std::span<const float> row, std::span<const std::uint8_t> hidden, std::span<float> control) const;
  /// One step of the control track of a window that asks for nothing -> `control` [control_depth]: no cell to fill in, or no chord. False:
  /// the decoder needs a control track.
  [[nodiscard]] virtual bool write_free_control(std::span<float> control) const;
  /// The hits of an output step, `step` [output_depth] -> `hits` [cells] of 0/1.
  virtual void write_hits(OutputFormat format, std::span<const float> step, std::span<std::uint8_t> hits) const = 0;
  /// The output of a decoder, [rows, output_depth], as notes to play, `qpm` quarter notes per minute. Throws ConfigError if the rows are
  /// not music, and ArgumentError for a wrong size or tempo.
  [[nodiscard]] virtual NoteSequence notes(OutputFormat format, std::span<const float> output, int rows, Grid grid, const DrumMap& map,
                                           double qpm) const = 0;
  /// Whether the target of every row is its input, so that both can share memory.
  [[nodiscard]] virtual bool target_is_input() const noexcept;

  /// Whether cells of a window are hidden from the encoder: in training, or (`training` false) also in validation.
  [[nodiscard]] virtual bool hides_cells(bool training) const noexcept;
  /// The cells of a training window [steps, depth] that are hidden, [steps, cells]. `uniform` returns the next uniform number in [0, 1).
  [[nodiscard]] virtual std::vector<std::uint8_t> draw_hidden_cells(std::span<const float> window,
                                                                    const std::function<double()>& uniform) const;

  /// Whether its music can be transposed.
  [[nodiscard]] virtual bool transposes() const noexcept;
  /// Transposes one row of a width that takes_rows_of() accepts by `semitones` (-12 to 12). Only if transposes().
  virtual void transpose(std::span<float> row, int semitones) const;

  /// Whether both are the same representation with the same settings.
  [[nodiscard]] bool equals(const Representation& other) const;
};

/// The cells of a window that are known before it is decoded, [rows of the model, output_depth].
struct KnownRows {
  std::vector<float> cells;
  std::vector<float> mask;
};

/// The representation of one kind of music.
template <class Value>
class RepresentationOf : public Representation {
 public:
  using Mask = typename Value::Mask;
  [[nodiscard]] std::string_view music() const noexcept override { return Value::kPlural; }

  /// A value as rows, [row_count(steps), depth], of a width that takes_rows_of() accepts.
  [[nodiscard]] virtual std::vector<float> rows(const Value& value) const = 0;
  /// The output of a decoder, [rows, output_depth], as a value. Throws ArgumentError for a wrong size.
  [[nodiscard]] virtual Value value(OutputFormat format, std::span<const float> output, int rows, Grid grid) const = 0;
  /// The value of `output` with what its control track, [rows, control_depth], says about it, such as its chords.
  [[nodiscard]] virtual Value with_control(Value value, [[maybe_unused]] std::span<const float> output,
                                           [[maybe_unused]] std::span<const float> control) const {
    return value;
  }
  /// The cells of `window` that decoding must keep: those that `mask` does not choose. `whole`: with all that belongs to a cell, such as
  /// velocity and offset; otherwise the hits alone. `rows` is the number of rows of the model's window.
  [[nodiscard]] virtual KnownRows known_rows(const Head& head, const Value& window, const Mask& mask, bool whole, int rows) const = 0;
};

/// Makes a representation with default settings.
using RepresentationFactory = std::unique_ptr<Representation> (*)();

/// All representations. The table is in lib/model/representations/representations.cpp.
[[nodiscard]] const std::vector<RepresentationFactory>& representations();

/// Adds a representation of your own, so that configs and model files can name it. Call it before other threads use the library.
void register_representation(RepresentationFactory make);

}  // namespace musicvae

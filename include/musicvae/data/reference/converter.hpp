// ReferenceConverter: Magenta's own converters with all their options, equal to the bit (magenta 2.1.4, music_vae/data.py).
//
// GrooveConverter, MelodyConverter, TrioConverter and TracksConverter convert files for models. The converters in this folder have the
// options and the tensors of Magenta's classes, for those who compare, and for models of other programs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "musicvae/data/seconds_piece.hpp"
#include "musicvae/enum_names.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae::data::reference {

/// For what a converter is used (Magenta's set_mode).
enum class Mode : std::uint8_t {
  train,  ///< windows are chosen at random where there are too many
  eval,   ///< the first windows are chosen
  infer,  ///< as eval, and GrooveConverter uses the pitch classes for inference
};

}  // namespace musicvae::data::reference

namespace musicvae {

/// The names of the modes.
template <>
struct EnumNames<data::reference::Mode> {
  static constexpr std::array<std::string_view, 3> names = {"train", "eval", "infer"};
  static constexpr std::string_view what = "mode";
};

}  // namespace musicvae

namespace musicvae::data::reference {

/// The pitches of each drum class. The first pitch of a class is the one that notes get. Where a pitch is in two classes, the later counts.
using PitchClasses = std::vector<std::vector<int>>;

/// The classes of a map. DrumMap::reduced() has Magenta's REDUCED_DRUM_PITCH_CLASSES, DrumMap::roland() its ROLAND_DRUM_PITCH_CLASSES.
[[nodiscard]] PitchClasses pitch_classes_of(const DrumMap& map);

/// A matrix of rows of `depth` numbers. A regular value.
struct Tensor {
  std::size_t rows = 0;
  std::size_t depth = 0;
  std::vector<double> values{};  ///< row after row

  Tensor() = default;
  /// Zeros.
  Tensor(std::size_t row_count, std::size_t width) : rows(row_count), depth(width), values(row_count * width) {}

  [[nodiscard]] double& at(std::size_t row, std::size_t column) { return values[row * depth + column]; }
  [[nodiscard]] double at(std::size_t row, std::size_t column) const { return values[row * depth + column]; }
  friend bool operator==(const Tensor&, const Tensor&) = default;
};

/// What a model learns from one window: the encoder's input, the decoder's output, and the conditions of both. All have the same number of
/// rows.
struct Example {
  Tensor input{};
  Tensor output{};
  Tensor control{};            ///< of depth 0 if there are no conditions
  std::vector<int> lengths{};  ///< the rows of each track, if the example has tracks; empty: all rows are one sequence
  friend bool operator==(const Example&, const Example&) = default;
};

/// The widths of rows.
struct Depths {
  int input = 0;
  int output = 0;
  int control = 0;
  std::optional<int> end_token{};  ///< the column of the output that marks the end, if there is one
  friend bool operator==(const Depths&, const Depths&) = default;
};

/// A converter of Magenta. Immutable: any number of threads may use one at the same time.
class Converter {
 public:
  virtual ~Converter() = default;

  /// The widths of rows.
  [[nodiscard]] virtual Depths depths() const = 0;

  /// The examples of a piece. Pieces that Magenta gives nothing for give nothing: other meters, negative times, and, for converters that
  /// do not cut pieces at changes of tempo and meter, pieces with such changes. Examples are in the order of time, where Magenta's order is
  /// that of a set of Python. Random choices are those of NumPy after `np.random.seed(seed)`. Throws ArgumentError for a piece of more than
  /// kMaxSteps steps, and where Magenta stops with an error that a converter names.
  [[nodiscard]] virtual std::vector<Example> to_tensors(const SecondsPiece& piece, Mode mode = Mode::eval,
                                                        std::uint32_t seed = 0) const = 0;

  /// The notes of an example's output, at 120 qpm. `control` is empty or the example's. Throws ArgumentError for other widths.
  [[nodiscard]] virtual SecondsPiece from_tensor(const Tensor& sample, const Tensor& control = {}, Mode mode = Mode::eval) const = 0;

 protected:
  Converter() = default;
  Converter(const Converter&) = default;
  Converter(Converter&&) = default;
  Converter& operator=(const Converter&) = default;
  Converter& operator=(Converter&&) = default;
};

}  // namespace musicvae::data::reference

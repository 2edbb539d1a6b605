// Pieces in steps, as note_seq's quantize_note_sequence makes them, and what Magenta's converters share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/reference/numpy_random.hpp"
#include "data/seconds_parts.hpp"
#include "musicvae/data/reference/converter.hpp"

namespace musicvae::data::reference {

/// What Magenta's converters write.
inline constexpr int kOutputVelocity = 80;
inline constexpr int kDrumInstrument = 9;

/// The grid of a converter.
struct StepGrid {
  int steps_per_quarter = 4;
  int quarters_per_bar = 4;

  [[nodiscard]] std::int64_t per_bar() const { return std::int64_t{steps_per_quarter} * quarters_per_bar; }
};

/// A note, in seconds and in steps. It is at least one step long.
struct QuantizedNote {
  SecondsNote note{};
  std::int64_t start = 0;
  std::int64_t end = 0;
};

/// A piece in steps.
struct Quantized {
  double qpm = 120.0;
  SecondsPiece::Meter meter{};
  std::vector<QuantizedNote> notes{};
  std::int64_t steps = 0;  ///< to the end of the piece, or of the last note
};

/// Quantises a piece: step = floor(seconds * steps per second + 0.5). Returns nothing where the reference refuses the piece: several
/// tempos or meters, a denominator that is not a power of two, negative times, and bars of another length than those of the grid. Throws
/// ArgumentError for a piece of more than kMaxSteps steps; `who` names the converter.
[[nodiscard]] std::optional<Quantized> quantized(const SecondsPiece& piece, const StepGrid& grid, const char* who);

/// The piece itself, or its parts between changes of tempo and meter.
[[nodiscard]] std::vector<SecondsPiece> pieces_of(const SecondsPiece& piece, bool split);

/// A part as a piece of its own.
[[nodiscard]] SecondsPiece piece_of(SecondsPart part);

/// Leaves `most` of the items (0: all), the first or, in training, some at random.
template <class T>
void sample(std::vector<T>& items, int most, Mode mode, NumpyRandom& random) {
  const auto count = static_cast<std::size_t>(most);
  if (count == 0 || items.size() <= count) return;
  if (mode == Mode::train) {
    std::size_t next = 0;
    for (const std::size_t i : random.choose(items.size(), count)) {
      if (i != next) items[next] = std::move(items[i]);
      ++next;
    }
  }
  items.erase(items.begin() + most, items.end());
}

/// The examples of a piece, given those of a part: `examples_of(part, random)`.
template <class ExamplesOf>
std::vector<Example> examples_of_parts(const SecondsPiece& piece, bool split, int most, Mode mode, std::uint32_t seed,
                                       ExamplesOf examples_of) {
  NumpyRandom random(seed);
  std::vector<Example> result;
  for (const SecondsPiece& part : pieces_of(piece, split)) {
    std::vector<Example> examples = examples_of(part, random);
    sample(examples, most, mode, random);
    for (Example& example : examples) result.push_back(std::move(example));
  }
  sample(result, most, mode, random);
  return result;
}

/// The class of each pitch, 0 to 127.
[[nodiscard]] std::vector<std::optional<std::size_t>> classes_of_pitches(const PitchClasses& classes);

/// Throws ArgumentError: "who: text".
[[noreturn]] void refuse(const char* who, const std::string& text);

/// Throws ArgumentError unless each class has pitches, and each pitch is 0 to 127.
void check_classes(const PitchClasses& classes, const char* who);

/// Throws ArgumentError for a number below 0 or too large for a grid, with its name.
void check_number(const char* name, int value, int least, const char* who);

/// Throws ArgumentError for pitches outside 0 to 127 or in the wrong order.
void check_pitches(int lowest, int highest, const char* who);

/// Throws ArgumentError for a gap below 0.
void check_gap(double gap_bars, const char* who);

/// Throws ArgumentError for another width, or if the values do not fill the rows.
void check_tensor(const Tensor& tensor, int depth, const char* what, const char* who);

/// The column with the largest number; the first of equal ones.
[[nodiscard]] std::size_t largest(const Tensor& tensor, std::size_t row, std::size_t first, std::size_t count);

}  // namespace musicvae::data::reference

// The chords and keys of a piece by step, as conditions of models.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "data/part_chords.hpp"
#include "data/reference/quantized.hpp"
#include "musicvae/data/reference/one_hot_melody_converter.hpp"

namespace musicvae::data::reference {

/// What is a condition.
struct ConditionKinds {
  ChordEncoding chords = ChordEncoding::none;
  bool keys = false;

  [[nodiscard]] bool any() const { return chords != ChordEncoding::none || keys; }
  [[nodiscard]] std::size_t depth() const { return static_cast<std::size_t>(chord_classes(chords)) + (keys ? kKeyColumns : 0); }

  static constexpr std::size_t kKeyColumns = 12;
};

/// Adds the chords and keys that a piece lacks, as its notes suggest them; `quantized_notes` are these notes. Inferred keys replace all
/// others. Returns false where the reference refuses that.
[[nodiscard]] bool infer_missing(SecondsPiece& piece, const Quantized& quantized_notes, const StepGrid& grid, ConditionKinds kinds);

/// The conditions of any steps of a piece.
class Conditions {
 public:
  /// Nothing if different chords are on one step. A piece must have a key if keys are a condition.
  [[nodiscard]] static std::optional<Conditions> of(const SecondsPiece& piece, const Quantized& quantized_notes, const StepGrid& grid,
                                                    ConditionKinds kinds);

  /// Numbers that are equal where the symbols and keys of steps [first, first + count) are.
  [[nodiscard]] std::vector<int> identity(std::int64_t first, std::size_t count) const;

  /// The rows of those steps, the last one again if `with_end`. Nothing if a chord is none of the encoding.
  [[nodiscard]] std::optional<Tensor> rows(std::int64_t first, std::size_t count, bool with_end) const;

 private:
  Conditions(ConditionKinds kinds, PartChords chords, std::vector<std::pair<double, int>> keys)
      : kinds_(kinds), chords_(std::move(chords)), keys_(std::move(keys)) {}
  [[nodiscard]] int key_of(std::int64_t step) const;

  ConditionKinds kinds_;
  PartChords chords_;
  std::vector<std::pair<double, int>> keys_;  // step, key
};

/// Writes the chords and keys of a control's first `count` rows into a piece, wherever they change.
void write_conditions(SecondsPiece& piece, const Tensor& control, std::size_t count, double step_seconds, ConditionKinds kinds);

}  // namespace musicvae::data::reference

// DrumsConverter: Magenta's converter of drums without velocities, in all its forms.
#pragma once

#include "musicvae/data/reference/converter.hpp"

namespace musicvae::data::reference {

/// Magenta's arguments, with 0 for its None.
struct DrumsOptions {
  int max_bars = 0;                      ///< the most bars of a stretch of playing; 0: any number
  int slice_bars = 0;                    ///< the bars of a window; 0: a window is a whole stretch
  double gap_bars = 1.0;                 ///< a silence of so many bars ends a stretch; 0: none does
  PitchClasses pitch_classes{};          ///< empty: those of DrumMap::reduced()
  bool add_end_token = false;            ///< whether a row follows that marks the end
  int steps_per_quarter = 4;             ///< of the grid
  int quarters_per_bar = 4;              ///< pieces whose bars are of other length give nothing
  bool pad_to_total_time = false;        ///< whether a stretch is filled up with silence to the whole piece
  bool roll_input = false;               ///< input rows: a column per class, or one-hot over all sets of classes
  bool roll_output = false;              ///< output rows likewise
  int max_tensors_per_notesequence = 5;  ///< the most windows of a piece; 0: any number
  bool presplit_on_time_changes = true;  ///< whether a piece is cut where tempo or meter change, instead of refused
};

/// Rows of a roll have a column of 0 or 1 per class, then, with `add_end_token`, the mark of the end; in the input, the last column is 1
/// where all others are 0. One-hot rows have 2^classes columns, then the mark of the end; the column is the sum of 2^class.
///
/// A stretch of playing begins on the bar line at or before a hit. It ends at a silence of `gap_bars`, or with the piece, and is rounded up
/// to a whole bar. Its window i begins at bar i. In each part between changes of tempo or meter, equal windows are kept once. Of too many
/// windows, `max_tensors_per_notesequence` are chosen, first in each part, then of all parts.
///
/// Notes are one step long and of velocity 80, by step, then by pitch. They end before the first mark of the end.
class DrumsConverter final : public Converter {
 public:
  /// Throws ArgumentError for a number below 0, a grid without steps, a class without pitches, a pitch outside 0 to 127, and for one-hot
  /// rows of more than 12 classes.
  explicit DrumsConverter(DrumsOptions options = {});

  [[nodiscard]] const DrumsOptions& options() const { return options_; }
  [[nodiscard]] Depths depths() const override;
  [[nodiscard]] std::vector<Example> to_tensors(const SecondsPiece& piece, Mode mode = Mode::eval, std::uint32_t seed = 0) const override;
  [[nodiscard]] SecondsPiece from_tensor(const Tensor& sample, const Tensor& control = {}, Mode mode = Mode::eval) const override;

 private:
  DrumsOptions options_;
};

}  // namespace musicvae::data::reference

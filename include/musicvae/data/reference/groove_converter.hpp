// GrooveConverter: Magenta's converter of drums with velocities and timing, in all its forms (Gillick et al. 2019, section 3).
#pragma once

#include "musicvae/data/reference/converter.hpp"

namespace musicvae::data::reference {

/// Magenta's arguments, with 0 for its None.
struct GrooveOptions {
  int split_bars = 0;                                    ///< the bars of a window; 0: a window is the whole piece
  int steps_per_quarter = 4;                             ///< of the grid
  int quarters_per_bar = 4;                              ///< pieces whose bars are of other length give nothing
  int max_tensors_per_notesequence = 8;                  ///< has no effect, as in Magenta
  PitchClasses pitch_classes{};                          ///< empty: those of DrumMap::roland()
  PitchClasses inference_pitch_classes{};                ///< those of Mode::infer; empty: the same
  bool humanize = false;                                 ///< the input lacks velocities and offsets
  bool tapify = false;                                   ///< the input has the loudest hit of each step only, in the column of class 3
  std::vector<int> add_instruments{};                    ///< classes that the input lacks
  int num_velocity_bins = 0;                             ///< one-hot columns per velocity; 0: one number
  int num_offset_bins = 0;                               ///< one-hot columns per offset; 0: one number
  bool split_instruments = false;                        ///< a row per class and step, instead of a row per step
  int hop_size = 0;                                      ///< steps from window to window; 0: as long as a window
  bool hits_as_controls = false;                         ///< whether hits are conditions
  bool fixed_velocities = false;                         ///< the input lacks velocities
  std::optional<double> max_note_dropout_probability{};  ///< the input loses notes at random, quiet ones more often
};

/// A row has the hits of the classes (0 or 1), then their velocities (0 to 1), then their offsets (-1 to 1, early is positive). With bins,
/// a velocity or an offset is one-hot. With `split_instruments`, there is a row for each class of each step, with its hit, velocity and
/// offset, and the control says which class it is. With `hits_as_controls`, the control begins with the hits.
///
/// The piece is quantised with its single tempo. Its length is rounded up to a bar. In a cell, the loudest note stays, the first of equal
/// ones. Windows begin every `hop_size` steps, and what is left is dropped. Whatever the channel, notes are drums.
///
/// Notes are one step long, on channel 10. With bins, the reference reads a sample of n rows as if each step had a row per class. So
/// without `split_instruments` only the first n / classes steps become notes, here as there.
class GrooveConverter final : public Converter {
 public:
  /// Throws ArgumentError for a number below 0, a grid without steps, a class without pitches, a pitch outside 0 to 127, other numbers of
  /// classes for inference, only one kind of bins or a single bin, a hop without `split_bars`, `tapify` with fewer than four classes, an
  /// unknown class to add, and a probability outside 0 to 1.
  explicit GrooveConverter(GrooveOptions options = {});

  [[nodiscard]] const GrooveOptions& options() const { return options_; }
  [[nodiscard]] Depths depths() const override;
  /// Throws as Converter::to_tensors does, and for a pitch that is in no class.
  [[nodiscard]] std::vector<Example> to_tensors(const SecondsPiece& piece, Mode mode = Mode::eval, std::uint32_t seed = 0) const override;
  [[nodiscard]] SecondsPiece from_tensor(const Tensor& sample, const Tensor& control = {}, Mode mode = Mode::eval) const override;

 private:
  [[nodiscard]] const PitchClasses& classes(Mode mode) const {
    return mode == Mode::infer ? options_.inference_pitch_classes : options_.pitch_classes;
  }

  GrooveOptions options_;
};

}  // namespace musicvae::data::reference

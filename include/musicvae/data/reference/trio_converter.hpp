// TrioConverter: Magenta's converter of melody, bass and drums, in all its forms.
#pragma once

#include "musicvae/data/reference/converter.hpp"
#include "musicvae/data/reference/drums_converter.hpp"
#include "musicvae/data/reference/one_hot_melody_converter.hpp"

namespace musicvae::data::reference {

/// Magenta's arguments, with 0 for its None.
struct TrioOptions {
  int slice_bars = 16;                                 ///< the bars of a window
  int gap_bars = 2;                                    ///< how many bars a part may rest at an end of a window; between notes twice as many
  int max_bars = 1024;                                 ///< later bars of a piece do not count
  int steps_per_quarter = 4;                           ///< of the grid
  int quarters_per_bar = 4;                            ///< pieces whose bars are of other length give nothing
  int max_tensors_per_notesequence = 5;                ///< the most windows of a piece; 0: any number
  ChordEncoding chord_encoding = ChordEncoding::none;  ///< of the conditions
  bool condition_on_key = false;                       ///< whether 12 columns of the conditions, the last, are the key
};

/// A row has three one-hot parts: melody and bass (90 columns each, as in OneHotMelodyConverter), and drums (512, as in DrumsConverter).
/// Inputs and outputs are equal.
///
/// General MIDI programs 0 to 31 are melodies, 32 to 39 basses; an instrument with notes of several kinds is none. In each part of a piece
/// between changes of tempo or meter, each melody forms a trio with each bass and each drum track. A window begins at each bar, unless a
/// part of the trio rests in it for too long (`gap_bars`).
///
/// Notes: the melody is instrument 0, the bass instrument 1 with program 33, the drums instrument 9.
class TrioConverter final : public Converter {
 public:
  /// Throws ArgumentError for a number below 0, and a grid, windows or a piece without steps.
  explicit TrioConverter(TrioOptions options = {});

  [[nodiscard]] const TrioOptions& options() const { return options_; }
  [[nodiscard]] Depths depths() const override;
  [[nodiscard]] std::vector<Example> to_tensors(const SecondsPiece& piece, Mode mode = Mode::eval, std::uint32_t seed = 0) const override;
  [[nodiscard]] SecondsPiece from_tensor(const Tensor& sample, const Tensor& control = {}, Mode mode = Mode::eval) const override;

 private:
  [[nodiscard]] std::vector<Example> examples_of(SecondsPiece piece) const;

  TrioOptions options_;
  OneHotMelodyConverter melodies_;
  DrumsConverter drums_;
};

}  // namespace musicvae::data::reference

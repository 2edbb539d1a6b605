// MultiInstrumentPerformanceConverter: Magenta's converter of several instruments, in all its forms.
#pragma once

#include "musicvae/data/reference/converter.hpp"
#include "musicvae/data/reference/one_hot_melody_converter.hpp"

namespace musicvae::data::reference {

/// Magenta's arguments, with 0 for its None.
struct PerformanceOptions {
  int num_velocity_bins = 0;                           ///< of the velocities' tokens; 0: there are none
  int max_tensors_per_notesequence = 0;                ///< the most windows of a piece; 0: any number
  int hop_size_bars = 1;                               ///< the bars of a window
  int chunk_size_bars = 1;                             ///< the bars of the parts of a window
  int steps_per_quarter = 24;                          ///< of the grid
  int quarters_per_bar = 4;                            ///< pieces whose bars are of other length give nothing
  int min_num_instruments = 2;                         ///< windows with fewer are left out
  int max_num_instruments = 8;                         ///< windows with more are left out
  int min_total_events = 8;                            ///< windows with fewer events are left out
  int max_events_per_instrument = 64;                  ///< rows of a track, with those of program and end
  int min_pitch = 0;                                   ///< windows with lower notes are left out
  int max_pitch = 127;                                 ///< windows with higher notes are left out
  bool first_subsequence_only = false;                 ///< whether a part of a piece that is longer than a window gives nothing
  ChordEncoding chord_encoding = ChordEncoding::none;  ///< of the conditions
  bool drop_tracks_and_truncate = false;               ///< whether surplus instruments are dropped at random and tracks are cut
};

/// An example has chunks * instruments * events rows: for each chunk of the window, and each track in it, a token for the program, tokens
/// for the notes (on, off, a shift of time, a velocity), and the mark of the end. An absent track has the mark only; rows after a track's
/// end are 0. Example::lengths has the rows of each track. With chords, the control has the chord of each row.
///
/// A piece is cut where tempo or meter change, and each part into windows by seconds, before it is quantised. The rules are those of
/// TracksConverter's cut reference. Surplus instruments are chosen after the seed, but not as Magenta chooses them.
class MultiInstrumentPerformanceConverter final : public Converter {
 public:
  /// Throws ArgumentError for a number below its least, pitches outside 0 to 127 or in the wrong order, more than 127 velocity bins, and
  /// for windows that are not whole chunks.
  explicit MultiInstrumentPerformanceConverter(PerformanceOptions options = {});

  [[nodiscard]] const PerformanceOptions& options() const { return options_; }
  [[nodiscard]] Depths depths() const override;
  [[nodiscard]] std::vector<Example> to_tensors(const SecondsPiece& piece, Mode mode = Mode::eval, std::uint32_t seed = 0) const override;
  [[nodiscard]] SecondsPiece from_tensor(const Tensor& sample, const Tensor& control = {}, Mode mode = Mode::eval) const override;

 private:
  PerformanceOptions options_;
};

}  // namespace musicvae::data::reference

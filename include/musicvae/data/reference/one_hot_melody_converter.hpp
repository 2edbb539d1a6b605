// OneHotMelodyConverter: Magenta's converter of melodies, in all its forms.
#pragma once

#include "musicvae/data/reference/converter.hpp"

namespace musicvae::data::reference {

/// Which chords are conditions.
enum class ChordEncoding : std::uint8_t {
  none,         ///< chords are no conditions
  major_minor,  ///< 25: no chord, 12 major, 12 minor (note_seq's MajorMinorChordOneHotEncoding)
  triad,        ///< 49: also augmented and diminished (note_seq's TriadChordOneHotEncoding)
};

/// The number of chords, which is the width of their conditions.
[[nodiscard]] constexpr int chord_classes(ChordEncoding encoding) {
  return encoding == ChordEncoding::none ? 0 : encoding == ChordEncoding::major_minor ? 25 : 49;
}

}  // namespace musicvae::data::reference

namespace musicvae {

/// The names of the encodings.
template <>
struct EnumNames<data::reference::ChordEncoding> {
  static constexpr std::array<std::string_view, 3> names = {"none", "major_minor", "triad"};
  static constexpr std::string_view what = "chord encoding";
};

}  // namespace musicvae

namespace musicvae::data::reference {

/// Magenta's arguments, with 0 for its None.
struct OneHotMelodyOptions {
  int min_pitch = 21;                    ///< notes below are left out
  int max_pitch = 108;                   ///< notes above are left out
  std::vector<int> valid_programs{};     ///< notes of other programs are left out; empty: none are
  bool skip_polyphony = false;           ///< an instrument ends where two notes start together, instead of the highest staying
  int max_bars = 0;                      ///< the most bars of a melody; 0: any number
  int slice_bars = 0;                    ///< the bars of a window; 0: a window is a whole melody
  double gap_bars = 1.0;                 ///< a silence of so many bars ends a melody; 0: none does
  int steps_per_quarter = 4;             ///< of the grid
  int quarters_per_bar = 4;              ///< pieces whose bars are of other length give nothing
  bool add_end_token = false;            ///< whether a row follows that marks the end
  bool pad_to_total_time = false;        ///< whether a melody is filled up with silence to the whole piece
  int max_tensors_per_notesequence = 5;  ///< the most windows of a piece; 0: any number
  bool presplit_on_time_changes = true;  ///< whether a piece is cut where tempo or meter change, instead of refused
  ChordEncoding chord_encoding = ChordEncoding::none;  ///< of the conditions
  bool condition_on_key = false;                       ///< whether 12 columns of the conditions, the last, are the key
  bool dedupe_event_lists = true;                      ///< whether equal windows are kept once
};

/// A row is one-hot: no event, the end of a note, the pitches from `min_pitch` to `max_pitch`, then, with `add_end_token`, the mark of the
/// end. Inputs and outputs are equal.
///
/// Each instrument has melodies of its own. A melody begins on the bar line at or before its first note, ends with a silence of `gap_bars`
/// or with the piece, and is rounded up to a whole bar. A note ends where the next one begins. The window i of a melody begins at its bar
/// i. In each part of a piece between changes of tempo or meter, windows with equal events, chord symbols and keys are kept once. Of too
/// many windows, `max_tensors_per_notesequence` are chosen, first in each part, then of all parts. Windows are ordered by instrument, then
/// by time.
///
/// A part without the chords or the keys that it needs gets those that its notes suggest. A part gives nothing if none can be inferred (it
/// has chords, but no keys; its meter has no usual number of chords; it is too long), if different chords are on one step, or if a chosen
/// window has a chord that the encoding lacks.
///
/// Notes have velocity 80. They end before the first mark of the end. The reference cuts 12 columns off the conditions before it reads the
/// chords, whether they are keys or not: without keys, the last 12 chords become "N.C.", here as there.
class OneHotMelodyConverter final : public Converter {
 public:
  /// Throws ArgumentError for a number below 0, a grid without steps, and pitches outside 0 to 127 or in the wrong order.
  explicit OneHotMelodyConverter(OneHotMelodyOptions options = {});

  [[nodiscard]] const OneHotMelodyOptions& options() const { return options_; }
  [[nodiscard]] Depths depths() const override;
  [[nodiscard]] std::vector<Example> to_tensors(const SecondsPiece& piece, Mode mode = Mode::eval, std::uint32_t seed = 0) const override;
  [[nodiscard]] SecondsPiece from_tensor(const Tensor& sample, const Tensor& control = {}, Mode mode = Mode::eval) const override;

 private:
  OneHotMelodyOptions options_;
};

}  // namespace musicvae::data::reference

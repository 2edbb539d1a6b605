// Chord: one of the 49 chords that models distinguish, and the symbols that name them (as in note_seq's TriadChordOneHotEncoding).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "musicvae/enum_names.hpp"

namespace musicvae {

/// The kind of a triad.
enum class ChordQuality : std::uint8_t { major, minor, augmented, diminished };

/// The names of the qualities.
template <>
struct EnumNames<ChordQuality> {
  static constexpr std::string_view what = "chord quality";
  static constexpr std::array<std::string_view, 4> names{"major", "minor", "augmented", "diminished"};
};

/// No chord ("N.C."), or a triad. A regular value.
class Chord {
 public:
  static constexpr int kRoots = 12;
  static constexpr int kClasses = 1 + 4 * kRoots;

  /// No chord.
  constexpr Chord() = default;
  /// Throws ArgumentError for a root outside 0 (C) to 11 (B).
  Chord(int root, ChordQuality quality);
  /// The chord of a class: 0 is no chord, 1 + root + 12 * quality a triad. Throws ArgumentError for a number outside 0 to 48.
  [[nodiscard]] static Chord of_class(int category);

  /// 0 to 48, as for of_class().
  [[nodiscard]] int category() const { return category_; }
  /// Whether there is no chord.
  [[nodiscard]] bool none() const { return category_ == 0; }

  /// 0 (C) to 11 (B), and the kind of triad. Throw ArgumentError if there is no chord.
  [[nodiscard]] int root() const { return triad() % kRoots; }
  [[nodiscard]] ChordQuality quality() const { return static_cast<ChordQuality>(triad() / kRoots); }

  /// The name as a symbol, as note_seq writes it: "N.C.", "C", "Ebm", "F#aug", "Bdim". read_chord() gives the same chord back.
  [[nodiscard]] std::string name() const;

  /// This chord, `semitones` higher (lower if negative). No chord stays no chord.
  [[nodiscard]] Chord transposed(int semitones) const;

  friend auto operator<=>(const Chord&, const Chord&) = default;

 private:
  // The class less 1. Throws ArgumentError if there is no chord.
  [[nodiscard]] int triad() const;

  std::uint8_t category_ = 0;
};

/// A chord symbol that was read.
struct ChordSymbol {
  Chord chord{};
  bool reduced = false;  ///< the symbol says more than the chord: a seventh or another degree, or a bass note, as in "Cmaj7" or "C/E"
};

/// Reads a chord symbol: "N.C.", or
/// - a root: A to G with any number of # or of b;
/// - a kind: major (nothing, maj, M), minor (m, min, -), augmented (+, aug), diminished (o, dim), 5, ped, sus, sus2, sus4, 6, 6/9, and
///   7, 9, 11, 13 and half-diminished (m7b5, /o) with their usual spellings;
/// - modifications such as add9, no3, b5 or (#11);
/// - a bass note after a slash.
/// The chord is the triad that its first, third and fifth degrees form. Throws ChordSymbolError for a text that is not such a symbol, and
/// ChordClassError for one whose degrees form none of the four triads (sus, 5, ped, no3, b5 on a major chord).
[[nodiscard]] ChordSymbol read_chord(std::string_view text);

}  // namespace musicvae

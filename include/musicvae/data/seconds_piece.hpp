// SecondsPiece: a piece in seconds, as note_seq's NoteSequence has it.
#pragma once

#include <string>
#include <vector>

#include "musicvae/sequence/left_out.hpp"
#include "musicvae/sequence/note_sequence.hpp"

namespace musicvae::data {

/// A note in seconds. `instrument` is note_seq's number of the instrument.
struct SecondsNote {
  int pitch = 0;
  int velocity = 0;
  double start = 0.0;
  double end = 0.0;
  int instrument = 0;
  int program = 0;
  bool drums = false;
  friend bool operator==(const SecondsNote&, const SecondsNote&) = default;
};

/// A piece in seconds. A NoteSequence rounds times to ticks; here they are exact, because Magenta's numbers turn on the last bit of a time.
/// A regular value.
struct SecondsPiece {
  /// A tempo from `at` on.
  struct Tempo {
    double at = 0.0;
    double qpm = 120.0;
    friend bool operator==(const Tempo&, const Tempo&) = default;
  };
  /// A meter from `at` on.
  struct Meter {
    double at = 0.0;
    int numerator = 4;
    int denominator = 4;
    friend bool operator==(const Meter&, const Meter&) = default;
  };
  /// A chord from `at` on, given by its symbol (read_chord).
  struct Chord {
    double at = 0.0;
    std::string symbol{};
    friend bool operator==(const Chord&, const Chord&) = default;
  };
  /// A major key from `at` on: 0 (C) to 11 (B).
  struct Key {
    double at = 0.0;
    int key = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  /// The sustain pedal of an instrument goes down or up.
  struct Pedal {
    double at = 0.0;
    bool down = false;
    int instrument = 0;
    friend bool operator==(const Pedal&, const Pedal&) = default;
  };
  std::vector<Tempo> tempos{};  ///< 120 qpm before the first
  std::vector<Meter> meters{};  ///< 4/4 before the first
  std::vector<SecondsNote> notes{};
  std::vector<Pedal> pedals{};
  std::vector<Chord> chords{};
  std::vector<Key> keys{};
  double end = 0.0;  ///< note_seq's total_time: what begins later does not count
  friend bool operator==(const SecondsPiece&, const SecondsPiece&) = default;
};

/// The piece of a file. What has no end, or begins before the file, is counted. Each track with a program on a channel is an instrument.
[[nodiscard]] SecondsPiece seconds_of(const NoteSequence& notes, LeftOutCounts& left_out);

/// The notes, tempos, meters, pedals and chords of a piece in ticks, 480 per quarter note. Throws as to_ticks(const TimedNotes&) does.
[[nodiscard]] NoteSequence to_ticks(const SecondsPiece& piece);

}  // namespace musicvae::data

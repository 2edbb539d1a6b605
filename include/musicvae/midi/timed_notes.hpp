// Converts notes in seconds, as most programs store them, to the ticks of a NoteSequence.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "musicvae/sequence/note_sequence.hpp"
#include "musicvae/sequence/units.hpp"

namespace musicvae {

/// A Note with times in seconds. It may start before 0.
struct TimedNote {
  int pitch = 0;
  int velocity = 0;
  Seconds start;
  Seconds end;
  int channel = 9;
  int program = 0;
  int track = 0;
};

/// A tempo from `at` on.
struct TimedTempo {
  Seconds at;
  double qpm = 120.0;
};

/// A meter from `at` on.
struct TimedMeter {
  Seconds at;
  int numerator = 4;
  int denominator = 4;
};

/// A PedalChange with its time in seconds.
struct TimedPedal {
  Seconds at;
  bool down = false;
  int channel = 0;
  int track = 0;
};

/// A chord from `at` on.
struct TimedChord {
  Seconds at;
  std::string symbol;
};

/// The contents of a NoteSequence, in seconds.
struct TimedNotes {
  int ticks_per_quarter = 480;
  std::vector<TimedTempo> tempos{};  ///< in any order; 120 qpm before the first
  std::vector<TimedMeter> time_signatures{};
  std::vector<TimedNote> notes{};
  std::vector<TimedChord> chords{};
  std::vector<TimedPedal> pedals{};
  Seconds end{};  ///< the last note may end later than this
};

/// Rounds each time to the nearest tick. Times that were converted from ticks of the same resolution and tempos give the same ticks again.
/// Tempos, meters, chords and the pedals of each track are sorted by time. A meter before 0 begins at 0. A note that ends before it starts
/// gets zero length. Throws ArgumentError as check_values does, and for a time that is not a number or is beyond kMaxMidiTick, and for a
/// tempo that MIDI cannot hold.
[[nodiscard]] NoteSequence to_ticks(const TimedNotes& timed);

/// Throws ArgumentError for the first value outside its range: "note 3's pitch is 200; use 0 to 127".
void check_values(const NoteSequence& notes);

/// Assigns a track and a channel to each instrument, in the order of the first requests. Drums are on channel 9; each other instrument gets
/// the next of the 15 other channels in turn.
class InstrumentPlaces {
 public:
  /// The track and channel of an instrument.
  struct Place {
    int track;
    int channel;
  };

  Place place(int instrument, int program, bool is_drum) {
    const auto key = std::tuple(instrument, program, is_drum);
    const auto found = places_.find(key);
    return found != places_.end() ? found->second : places_.emplace(key, next(is_drum)).first->second;
  }

 private:
  Place next(bool is_drum) {
    constexpr int drum_channel = 9;
    constexpr int other_channels = 15;
    const int track = static_cast<int>(places_.size());
    if (is_drum) return {track, drum_channel};
    const int channel = pitched_++ % other_channels;
    return {track, channel < drum_channel ? channel : channel + 1};
  }

  std::map<std::tuple<int, int, bool>, Place> places_;
  int pitched_ = 0;
};

}  // namespace musicvae

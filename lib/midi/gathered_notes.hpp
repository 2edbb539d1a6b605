// The contents of a MIDI file, gathered event by event from its checked tracks.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "musicvae/sequence/note_sequence.hpp"
#include "note_pairing.hpp"

namespace musicvae::midi {

/// Takes the events of one track after another.
class GatheredNotes {
 public:
  void begin_track(int track);
  void end_track() { notes_.end_track(); }

  /// An event that check_midi() keeps, with its status byte.
  void event(Ticks at, const unsigned char* bytes);

  [[nodiscard]] NoteSequence finish(int ticks_per_quarter) &&;

 private:
  void meta(Ticks at, const unsigned char* bytes);

  std::vector<Tempo> tempos_;
  std::vector<TimeSignature> time_signatures_;
  NotePairing notes_;
  std::vector<PedalChange> pedals_;
  Ticks end_;
  int track_ = 0;
};

/// Passes the events of one track, which check_midi() returned, to GatheredNotes::event().
using GatherTrack = std::function<void(const std::string& track, GatheredNotes& gathered)>;

/// parse_midi(), with a function that decodes the tracks.
[[nodiscard]] NoteSequence gather_tracks(std::span<const std::byte> bytes, const std::filesystem::path& source, const GatherTrack& gather);

}  // namespace musicvae::midi

// Checks every byte of a MIDI file and rewrites the events that libsmf has to decode in a plain form.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "musicvae/sequence/units.hpp"

namespace musicvae::midi {

/// Each track as a separate one-track MIDI file that libsmf 1.3 reads without a failed assertion, a warning or a wrong event. It contains
/// notes, program changes, sustain pedals, tempos, meters and the end of the track; each event has its status byte.
struct CheckedMidi {
  int ticks_per_quarter = 0;
  std::vector<std::string> tracks;
  Ticks last_control;  ///< see last_control_event
};

/// Throws FormatError that names `source`, at the first invalid byte.
[[nodiscard]] CheckedMidi check_midi(std::span<const std::byte> bytes, const std::filesystem::path& source);

}  // namespace musicvae::midi

// Checks every byte of a MIDI file and writes down again, plainly, what libsmf is to decode.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "musicvae/sequence/units.hpp"

namespace musicvae::midi {

/// Each track as a one-track MIDI file of its own that libsmf 1.3 reads without a failed assertion, a warning or a wrong event:
/// notes, program changes, tempos, meters and the end of the track; each event with its status byte.
struct CheckedMidi {
  int ticks_per_quarter = 0;
  std::vector<std::string> tracks;
  Ticks last_control;  ///< see last_control_event
};

/// Throws FormatError, naming `source`, at the first byte that is wrong.
[[nodiscard]] CheckedMidi check_midi(std::span<const std::byte> bytes, const std::filesystem::path& source);

}  // namespace musicvae::midi

// The events of a checked track, as read_midi.cpp takes them.
#pragma once

#include <functional>
#include <string>

#include "musicvae/sequence/units.hpp"

namespace musicvae::midi {

/// Calls use(at, bytes) for each event of a track of CheckedMidi, in order. `bytes` begins with the status byte. The library decodes with
/// libsmf (smf_events.cpp). Where there is no libsmf, such as in a browser, another source file defines this function.
void for_each_event(const std::string& track, const std::function<void(Ticks at, const unsigned char* bytes)>& use);

}  // namespace musicvae::midi

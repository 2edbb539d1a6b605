#include "gathered_notes.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "bytes.hpp"
#include "checked_midi.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"

namespace musicvae::midi {

void GatheredNotes::begin_track(int track) {
  track_ = track;
  notes_.begin_track(track);
}

void GatheredNotes::event(Ticks at, const unsigned char* bytes) {
  end_ = std::max(end_, at);
  const int channel = bytes[0] & 0x0F;
  switch (bytes[0] & 0xF0) {
    case 0x80:
      notes_.note_off(channel, bytes[1], at);
      break;
    case 0x90:
      if (bytes[2] > 0) {
        notes_.note_on(channel, bytes[1], bytes[2], at);
      } else {
        notes_.note_off(channel, bytes[1], at);
      }
      break;
    case 0xB0:
      pedals_.push_back({.at = at, .down = bytes[2] >= pedal_is_down, .channel = channel, .track = track_});
      break;
    case 0xC0:
      notes_.program(channel, bytes[1]);
      break;
    default:
      meta(at, bytes);
  }
}

void GatheredNotes::meta(Ticks at, const unsigned char* bytes) {
  if (bytes[1] == meta_tempo) {
    tempos_.push_back({at, static_cast<std::uint32_t>(bytes[3]) << 16 | static_cast<std::uint32_t>(bytes[4]) << 8 | bytes[5]});
  } else if (bytes[1] == meta_time_signature) {
    time_signatures_.push_back({.at = at, .numerator = bytes[3], .denominator = 1 << bytes[4]});
  }
}

NoteSequence GatheredNotes::finish(int ticks_per_quarter) && {
  const auto earlier = [](const auto& a, const auto& b) { return a.at < b.at; };
  std::stable_sort(tempos_.begin(), tempos_.end(), earlier);
  std::stable_sort(time_signatures_.begin(), time_signatures_.end(), earlier);
  std::vector<Note> unended = notes_.unended();
  std::stable_sort(unended.begin(), unended.end(),
                   [](const Note& a, const Note& b) { return std::pair(a.track, a.start) < std::pair(b.track, b.start); });
  return {.tempo_map = TempoMap(ticks_per_quarter, std::move(tempos_)),
          .time_signatures = std::move(time_signatures_),
          .notes = notes_.notes(),
          .unended = std::move(unended),
          .end = end_,
          .pedals = std::move(pedals_)};
}

NoteSequence gather_tracks(std::span<const std::byte> bytes, const std::filesystem::path& source, const GatherTrack& gather) {
  if (bytes.size() > kMaxMidiFileSize) {
    throw FormatError(source, kMaxMidiFileSize, "a MIDI file of " + std::to_string(bytes.size()) + " bytes is too large",
                      "use one of at most 16 MiB");
  }
  const CheckedMidi checked = check_midi(bytes, source);
  GatheredNotes gathered;
  for (std::size_t t = 0; t < checked.tracks.size(); ++t) {
    gathered.begin_track(static_cast<int>(t));
    gather(checked.tracks[t], gathered);
    gathered.end_track();
  }
  return std::move(gathered).finish(checked.ticks_per_quarter);
}

}  // namespace musicvae::midi

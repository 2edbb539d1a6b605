#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bytes.hpp"
#include "checked_midi.hpp"
#include "midi_events.hpp"
#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "note_pairing.hpp"

namespace musicvae {
namespace {

/// The contents of the tracks, gathered one track after another.
struct Gathered {
  std::vector<Tempo> tempos;
  std::vector<TimeSignature> time_signatures;
  midi::NotePairing notes;
  std::vector<PedalChange> pedals;
  Ticks end;
  int track = 0;

  void event(Ticks at, const unsigned char* bytes) {
    end = std::max(end, at);
    const int channel = bytes[0] & 0x0F;
    switch (bytes[0] & 0xF0) {
      case 0x80:
        notes.note_off(channel, bytes[1], at);
        break;
      case 0x90:
        if (bytes[2] > 0) {
          notes.note_on(channel, bytes[1], bytes[2], at);
        } else {
          notes.note_off(channel, bytes[1], at);
        }
        break;
      case 0xB0:
        pedals.push_back({.at = at, .down = bytes[2] >= midi::pedal_is_down, .channel = channel, .track = track});
        break;
      case 0xC0:
        notes.program(channel, bytes[1]);
        break;
      default:
        meta(at, bytes);
    }
  }

  void meta(Ticks at, const unsigned char* bytes) {
    if (bytes[1] == midi::meta_tempo) {
      tempos.push_back({at, static_cast<std::uint32_t>(bytes[3]) << 16 | static_cast<std::uint32_t>(bytes[4]) << 8 | bytes[5]});
    } else if (bytes[1] == midi::meta_time_signature) {
      time_signatures.push_back({.at = at, .numerator = bytes[3], .denominator = 1 << bytes[4]});
    }
  }
};

}  // namespace

NoteSequence parse_midi(std::span<const std::byte> bytes, const std::filesystem::path& source) {
  if (bytes.size() > kMaxMidiFileSize) {
    throw FormatError(source, kMaxMidiFileSize, "a MIDI file of " + std::to_string(bytes.size()) + " bytes is too large",
                      "use one of at most 16 MiB");
  }
  midi::CheckedMidi checked = midi::check_midi(bytes, source);
  Gathered gathered;
  for (std::size_t t = 0; t < checked.tracks.size(); ++t) {
    gathered.track = static_cast<int>(t);
    gathered.notes.begin_track(gathered.track);
    midi::for_each_event(checked.tracks[t], [&](Ticks at, const unsigned char* event) { gathered.event(at, event); });
    gathered.notes.end_track();
  }
  const auto earlier = [](const auto& a, const auto& b) { return a.at < b.at; };
  std::stable_sort(gathered.tempos.begin(), gathered.tempos.end(), earlier);
  std::stable_sort(gathered.time_signatures.begin(), gathered.time_signatures.end(), earlier);
  std::vector<Note> unended = gathered.notes.unended();
  std::stable_sort(unended.begin(), unended.end(),
                   [](const Note& a, const Note& b) { return std::pair(a.track, a.start) < std::pair(b.track, b.start); });
  return {.tempo_map = TempoMap(checked.ticks_per_quarter, std::move(gathered.tempos)),
          .time_signatures = std::move(gathered.time_signatures),
          .notes = gathered.notes.notes(),
          .unended = std::move(unended),
          .end = gathered.end,
          .pedals = std::move(gathered.pedals)};
}

bool looks_like_midi(std::span<const std::byte> bytes) {
  const auto at = [&](std::size_t offset, std::string_view name) {
    return bytes.size() >= offset + name.size() && std::memcmp(bytes.data() + offset, name.data(), name.size()) == 0;
  };
  return at(0, "MThd") || (at(0, "RIFF") && at(8, "RMID"));
}

Ticks last_control_event(std::span<const std::byte> bytes, const std::filesystem::path& source) {
  return midi::check_midi(bytes, source).last_control;
}

NoteSequence read_midi(const std::filesystem::path& path) {
  return parse_midi(read_file(path, kMaxMidiFileSize), path);
}

}  // namespace musicvae

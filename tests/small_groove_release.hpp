// A folder like the release of the Groove MIDI Dataset, with a few synthetic grooves: no file of the dataset is needed.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "musicvae/midi/midi_file.hpp"
#include "musicvae/sequence/drum_notes.hpp"

namespace musicvae::test {

/// `bars` bars of a beat that depends on `variant`.
inline DrumSequence beat(int bars, int variant) {
  DrumSequence sequence(16 * bars);
  for (int step = 0; step < sequence.steps(); ++step) {
    if (step % 2 == 0)
      sequence.set(step, Drum::closed_hihat, 0.4F + 0.05F * static_cast<float>((step + variant) % 4),
                   0.1F * static_cast<float>(variant % 5));
    if ((step * (variant + 3)) % 8 == 0) sequence.set(step, Drum::kick, 0.8F);
    if (step % 8 == 4) sequence.set(step, Drum::snare, 0.9F, -0.2F);
    if ((step + variant) % 16 == 14) sequence.set(step, Drum::open_hihat, 0.6F);
  }
  return sequence;
}

/// Writes info.csv, eight readable 4/4 files (six train, one validation, one test), one file in 3/4 and one that is not MIDI.
inline void make_small_groove_release(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "drummer1");
  std::ofstream csv(folder / "info.csv");
  csv << "drummer,session,id,style,bpm,beat_type,time_signature,midi_filename,audio_filename,duration,split\n";
  const auto row = [&](const std::string& name, const char* style, const char* meter, const char* split) {
    csv << "drummer1,drummer1/session1,drummer1/" << name << "," << style << ",120,beat," << meter << ",drummer1/" << name << ".mid,,16.0,"
        << split << "\n";
  };
  for (int i = 0; i < 8; ++i) {
    const std::string name = std::to_string(i);
    write_midi(to_notes(beat(6 + i, i), DrumMap::roland()), folder / "drummer1" / (name + ".mid"));
    row(name, i % 2 == 0 ? "funk" : "rock/halftime", "4-4", i < 6 ? "train" : i == 6 ? "validation" : "test");
  }
  DrumSequence waltz(12 * 6, Grid{.steps_per_quarter = 4, .beats_per_bar = 3, .beat_unit = 4});
  for (int step = 0; step < waltz.steps(); step += 12) waltz.set(step, Drum::kick);
  write_midi(to_notes(waltz, DrumMap::roland()), folder / "drummer1" / "waltz.mid");
  row("waltz", "jazz", "3-4", "train");
  std::ofstream(folder / "drummer1" / "broken.mid") << "this is no MIDI file";
  row("broken", "jazz", "4-4", "train");
}

}  // namespace musicvae::test

// Encodes the first window of a tune, with the chords that its notes suggest, and decodes it on other chords. Each result is a MIDI file
// with the melody and, on channel 2, the chords.
//   harmonise MODEL.safetensors TUNE.mid OUT_FOLDER "C Am" ["F:2 G:2 C" ...]
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "musicvae/musicvae.hpp"

namespace {

// The melody and its chords, each chord held until the next one.
musicvae::NoteSequence with_accompaniment(const musicvae::Melody& melody) {
  constexpr std::array<std::array<int, 3>, 4> triads = {{{0, 4, 7}, {0, 3, 7}, {0, 4, 8}, {0, 3, 6}}};  // by ChordQuality
  musicvae::NoteSequence notes = musicvae::to_notes(melody, 100.0);
  const musicvae::ChordSequence& chords = melody.chords();
  const std::int64_t step_ticks = notes.end.value / melody.steps();
  for (int first = 0, end = 0; first < chords.steps(); first = end) {
    const musicvae::Chord chord = chords.at(first);
    for (end = first + 1; end < chords.steps() && chords.at(end) == chord; ++end) {
    }
    if (chord.none()) continue;
    for (const int semitones : triads[static_cast<std::size_t>(chord.quality())]) {
      notes.notes.push_back({.pitch = 48 + chord.root() + semitones,
                             .velocity = 60,
                             .start = {first * step_ticks},
                             .end = {end * step_ticks},
                             .channel = 1,
                             .track = 1});
    }
  }
  return notes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: harmonise MODEL.safetensors TUNE.mid OUT_FOLDER \"C Am\" [\"F:2 G:2 C\" ...]\n");
    return 2;
  }
  try {
    const std::filesystem::path out = argv[3];
    std::filesystem::create_directories(out);
    musicvae::Sampler sampler(musicvae::MusicVae::load(argv[1]));
    musicvae::NoteSequence notes = musicvae::read_midi(argv[2]);
    notes.chords = musicvae::data::infer_chords(notes);
    const musicvae::Melody tune = musicvae::melody_from_notes(notes).melody.repeated(sampler.model().config().steps);
    const std::vector<float> z = sampler.model().encode(tune).mu;
    for (int i = 4; i < argc; ++i) {
      const musicvae::ReadChords chords = musicvae::read_chords(std::string_view(argv[i]));
      for (const std::string& remark : chords.remarks) std::printf("%s\n", remark.c_str());
      const musicvae::Melody melody = sampler.decode<musicvae::Melody>(z, {.temperature = 0.0F, .chords = chords.chords}).front();
      const std::filesystem::path file = out / ("on_chords_" + std::to_string(i - 4) + ".mid");
      musicvae::write_midi(with_accompaniment(melody), file);
      std::printf("on %s: %d notes in %s\n", argv[i], melody.num_notes(), file.c_str());
    }
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

// Writes a groove and the bars that follow it.
//   continue_groove MODEL.safetensors IN.mid OUT.mid [BARS]
#include <cstdio>
#include <exception>
#include <string>

#include "musicvae/core.hpp"
#include "musicvae/midi/midi_file.hpp"

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: continue_groove MODEL.safetensors IN.mid OUT.mid [BARS]\n");
    return 2;
  }
  try {
    musicvae::Sampler sampler(musicvae::MusicVae::load(argv[1]));
    const musicvae::MusicVae& model = sampler.model();
    const musicvae::DrumSequence groove = musicvae::from_notes(musicvae::read_midi(argv[2]), model.drum_map(), model.grid()).sequence;
    const int bars = argc > 4 ? std::stoi(argv[4]) : 4;
    const musicvae::DrumSequence next = musicvae::continue_groove(sampler, groove, bars, {.seed = 7});
    musicvae::write_midi(musicvae::to_notes(groove.concat(next), model.drum_map()), argv[3]);
    std::printf("%s: %d new bars, %d hits\n", argv[3], bars, next.hits());
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

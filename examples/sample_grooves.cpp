// Samples four grooves from a model file and writes them as MIDI. Uses musicvae::core and the MIDI writer; no LibTorch.
//   sample_grooves MODEL.safetensors OUT_FOLDER [SEED]
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "musicvae/core.hpp"
#include "musicvae/midi/midi_file.hpp"

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: sample_grooves MODEL.safetensors OUT_FOLDER [SEED]\n");
    return 2;
  }
  try {
    const musicvae::MusicVae model = musicvae::MusicVae::load(argv[1]);
    const std::filesystem::path folder = argv[2];
    std::filesystem::create_directories(folder);

    musicvae::Sampler sampler(model);
    const std::uint64_t seed = argc > 3 ? std::stoull(argv[3]) : 7;
    int i = 0;
    for (const musicvae::DrumSequence& groove : sampler.sample({.n = 4, .decode = {.seed = seed}})) {
      const std::filesystem::path path = folder / ("groove_" + std::to_string(i++) + ".mid");
      musicvae::write_midi(musicvae::to_notes(groove, model.drum_map(), /*qpm=*/110.0), path);
      std::printf("%s: %g bars, %d hits\n", path.c_str(), groove.bars(), groove.hits());
    }
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

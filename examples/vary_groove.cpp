// Makes four variations of the first window of a MIDI file.
//   vary_groove MODEL.safetensors IN.mid OUT_FOLDER [NOISE]
// NOISE sets how far they go: 0 gives the model's reconstruction of the groove, 0.5 (the default) keeps its character, 3 is the maximum.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "musicvae/core.hpp"
#include "musicvae/midi/midi_file.hpp"

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: vary_groove MODEL.safetensors IN.mid OUT_FOLDER [NOISE]\n");
    return 2;
  }
  try {
    musicvae::Sampler sampler(musicvae::MusicVae::load(argv[1]));
    const musicvae::MusicVae& model = sampler.model();
    const musicvae::DrumSequence drums = musicvae::from_notes(musicvae::read_midi(argv[2]), model.drum_map(), model.grid()).sequence;
    const musicvae::DrumSequence groove = drums.slice(0, std::min(drums.steps(), model.config().steps));
    const std::filesystem::path folder = argv[3];
    std::filesystem::create_directories(folder);

    const float noise = argc > 4 ? std::stof(argv[4]) : 0.5F;
    int i = 0;
    for (const musicvae::DrumSequence& variation :
         musicvae::similar(sampler, groove, {.n = 4, .noise = noise, .decode = {.temperature = 0.0F, .seed = 7}})) {
      const std::filesystem::path path = folder / ("variation_" + std::to_string(i++) + ".mid");
      musicvae::write_midi(musicvae::to_notes(variation, model.drum_map()), path);
      std::printf("%s: %g bars, %d hits\n", path.c_str(), variation.bars(), variation.hits());
    }
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

// Samples two melodies from a model of melodies, interpolates from one to the other, and writes the steps as MIDI files.
//   sample_melody MODEL.safetensors OUT_FOLDER [SEED]
#include <cstddef>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "musicvae/musicvae.hpp"

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: sample_melody MODEL.safetensors OUT_FOLDER [SEED]\n");
    return 2;
  }
  try {
    const std::filesystem::path out = argv[2];
    std::filesystem::create_directories(out);
    musicvae::Sampler sampler(musicvae::MusicVae::load(argv[1]));
    const std::vector<musicvae::Melody> ends =
        sampler.sample<musicvae::Melody>({.n = 2, .decode = {.seed = argc > 3 ? std::stoull(argv[3]) : 7}});
    const std::vector<musicvae::Melody> path = musicvae::interpolate(sampler, ends[0], ends[1], 5);
    for (std::size_t i = 0; i < path.size(); ++i) {
      const std::filesystem::path file = out / ("melody_" + std::to_string(i) + ".mid");
      musicvae::write_midi(musicvae::to_notes(path[i], 100.0), file);
      std::printf("%s: %d notes\n", file.c_str(), path[i].num_notes());
    }
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

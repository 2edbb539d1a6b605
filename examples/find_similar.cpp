// Finds the windows in a folder of MIDI files, or in a prepared dataset, that are most similar to the first window of a MIDI file.
//   find_similar MODEL.safetensors IN.mid DATA [K]
// DATA is a folder or dataset that `musicvae preprocess` accepts, or a .mvds file. Prints distance, file and bar, nearest first.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "musicvae/musicvae.hpp"

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: find_similar MODEL.safetensors IN.mid DATA [K]\n");
    return 2;
  }
  try {
    const musicvae::MusicVae model = musicvae::MusicVae::load(argv[1]);
    const musicvae::DrumSequence drums = musicvae::from_notes(musicvae::read_midi(argv[2]), model.drum_map(), model.grid()).sequence;
    const std::vector<float> mu = model.encode(drums.slice(0, std::min(drums.steps(), model.config().steps))).mu;

    const musicvae::data::WindowSet windows = musicvae::data::open_windows(argv[3]);
    const std::vector<float> table = musicvae::latent_table(model, windows);  // [windows, latent]; keep it for further queries
    for (const musicvae::Neighbour& neighbour : musicvae::nearest(table, mu, argc > 4 ? std::stoi(argv[4]) : 5)) {
      std::printf("%8.3f  %s, bar %lld\n", neighbour.distance, windows.file(neighbour.row).path.c_str(),
                  static_cast<long long>(windows.bar(neighbour.row)));
    }
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

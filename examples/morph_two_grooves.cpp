// Encodes the first window of each of two MIDI files and decodes points on the path from one to the other.
//   morph_two_grooves MODEL.safetensors A.mid B.mid OUT.mid [STEPS]
// OUT.mid plays the grooves one after the other: the reconstruction of A, the grooves in between, then the reconstruction of B.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "musicvae/core.hpp"
#include "musicvae/midi/midi_file.hpp"

namespace {

// The latent vector of the file's first window.
std::vector<float> locate(const musicvae::MusicVae& model, const char* path) {
  const musicvae::DrumSequence drums = musicvae::from_notes(musicvae::read_midi(path), model.drum_map(), model.grid()).sequence;
  return model.encode(drums.slice(0, std::min(drums.steps(), model.config().steps))).mu;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: morph_two_grooves MODEL.safetensors A.mid B.mid OUT.mid [STEPS]\n");
    return 2;
  }
  try {
    const musicvae::MusicVae model = musicvae::MusicVae::load(argv[1]);
    const std::vector<float> a = locate(model, argv[2]);
    const std::vector<float> b = locate(model, argv[3]);
    const int steps = argc > 5 ? std::max(2, std::stoi(argv[5])) : 5;

    const std::vector<float> path = musicvae::interpolate(a, b, steps);
    musicvae::DrumSequence morph(0, model.grid());
    for (const musicvae::DrumSequence& groove : musicvae::Sampler(model).decode(path, {.temperature = 0.0F})) morph = morph.concat(groove);
    musicvae::write_midi(musicvae::to_notes(morph, model.drum_map()), argv[4]);
    std::printf("%s: %d grooves, %g bars, %d hits\n", argv[4], steps, morph.bars(), morph.hits());
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

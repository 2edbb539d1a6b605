// Fills in the snare and the last bar of a groove; everything else stays as it is.
//   fill_in_cells MODEL.safetensors IN.mid OUT.mid [SEED]
// Works with a model that has learned to fill in cells (infill) and with one that reconstructs (groove).
#include <cstdio>
#include <exception>
#include <string>

#include "musicvae/core.hpp"
#include "musicvae/midi/midi_file.hpp"

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: fill_in_cells MODEL.safetensors IN.mid OUT.mid [SEED]\n");
    return 2;
  }
  try {
    musicvae::Sampler sampler(musicvae::MusicVae::load(argv[1]));
    const musicvae::MusicVae& model = sampler.model();
    const musicvae::DrumSequence groove = musicvae::from_notes(musicvae::read_midi(argv[2]), model.drum_map(), model.grid()).sequence;

    musicvae::CellMask mask(groove.steps());
    mask.choose(musicvae::Drum::snare, 0, groove.steps());
    const int bar = model.grid().steps_per_bar();
    mask.choose(groove.steps() - bar, bar);
    const musicvae::DrumSequence result = musicvae::infill(sampler, groove, mask, {.seed = argc > 4 ? std::stoull(argv[4]) : 7});

    musicvae::write_midi(musicvae::to_notes(result, model.drum_map()), argv[3]);
    std::printf("%s: %d of %d cells filled in, %d hits\n", argv[3], mask.count(), result.steps() * musicvae::kDrums, result.hits());
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

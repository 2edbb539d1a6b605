// Adds a closed hi-hat to a groove; the other drums stay as they are.
//   add_closed_hihat MODEL.safetensors IN.mid OUT.mid
// The model's config must have learned this task: `musicvae configs` lists which have.
#include <cstdio>
#include <exception>

#include "musicvae/core.hpp"
#include "musicvae/midi/midi_file.hpp"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: add_closed_hihat MODEL.safetensors IN.mid OUT.mid\n");
    return 2;
  }
  try {
    musicvae::Sampler sampler(musicvae::MusicVae::load(argv[1]));
    const musicvae::MusicVae& model = sampler.model();
    const musicvae::DrumSequence groove = musicvae::from_notes(musicvae::read_midi(argv[2]), model.drum_map(), model.grid()).sequence;
    const musicvae::DrumSequence result = musicvae::add_closed_hihat(sampler, groove);
    musicvae::write_midi(musicvae::to_notes(result, model.drum_map()), argv[3]);
    std::printf("%s: %g bars, %d hits from %d\n", argv[3], result.bars(), result.hits(), groove.hits());
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

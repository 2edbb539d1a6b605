// Makes a trio from a bass line: a model of trios fills in the melody and the drums, and the bass stays.
//   trio MODEL.safetensors BASS.mid OUT.mid [SEED]
#include <cstdio>
#include <exception>
#include <string>

#include "musicvae/musicvae.hpp"

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: trio MODEL.safetensors BASS.mid OUT.mid [SEED]\n");
    return 2;
  }
  try {
    musicvae::Sampler sampler(musicvae::MusicVae::load(argv[1]));
    const musicvae::Melody bass = musicvae::melody_from_notes(musicvae::read_midi(argv[2])).melody;
    const musicvae::Trio begun = musicvae::Trio(bass.steps()).with_bass(bass);
    musicvae::TrioMask missing(begun.steps());
    missing.choose(musicvae::TrioPart::melody, 0, begun.steps());
    missing.choose(musicvae::TrioPart::drums, 0, begun.steps());
    const musicvae::Trio trio = musicvae::infill(sampler, begun, missing, {.seed = argc > 4 ? std::stoull(argv[4]) : 7});
    musicvae::write_midi(musicvae::to_notes(trio, sampler.model().drum_map(), 100.0), argv[3]);
    std::printf("%s: %d bass notes, %d melody notes, %d hits\n", argv[3], trio.bass().num_notes(), trio.melody().num_notes(),
                trio.drums().hits());
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

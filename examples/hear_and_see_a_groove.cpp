// Samples one groove and writes it as MIDI, audio and a picture. The audio needs FluidSynth and a soundfont.
//   hear_and_see_a_groove MODEL.safetensors OUT_FOLDER [SEED]
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "musicvae/musicvae.hpp"

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: hear_and_see_a_groove MODEL.safetensors OUT_FOLDER [SEED]\n");
    return 2;
  }
  try {
    namespace render = musicvae::render;
    musicvae::Sampler sampler(musicvae::MusicVae::load(argv[1]));
    const musicvae::DrumMap& map = sampler.model().drum_map();
    const std::filesystem::path folder = argv[2];
    std::filesystem::create_directories(folder);

    const std::uint64_t seed = argc > 3 ? std::stoull(argv[3]) : 7;
    const musicvae::DrumSequence groove = sampler.sample({.n = 1, .decode = {.seed = seed}}).front();
    constexpr double qpm = 110.0;
    musicvae::write_midi(musicvae::to_notes(groove, map, qpm), folder / "groove.mid");
    musicvae::write_file_atomically(folder / "groove.svg", render::music_svg(groove, "Seed " + std::to_string(seed)));
    const render::Audio audio = render::to_audio(groove, map, qpm);
    render::write_wav(audio, folder / "groove.wav");
    std::printf("%s: %g bars, %d hits, %.1f s of sound\n", folder.c_str(), groove.bars(), groove.hits(), audio.seconds());
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

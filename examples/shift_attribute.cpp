// Finds the direction of "denser", "more swing" or "style:funk" in a model's latent space, and moves a groove along it.
//   shift_attribute MODEL.safetensors DATA IN.mid OUT.mid [ATTRIBUTE] [AMOUNT]
// DATA is a dataset that `musicvae preprocess` accepts, or a .mvds file. ATTRIBUTE is density by default. AMOUNT 1 (the default) moves as
// far as from the lowest quarter of the data to the highest; -1 moves the other way.
#include <cstdio>
#include <exception>
#include <string>

#include "musicvae/musicvae.hpp"

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: shift_attribute MODEL.safetensors DATA IN.mid OUT.mid [ATTRIBUTE] [AMOUNT]\n");
    return 2;
  }
  try {
    musicvae::Sampler sampler(musicvae::MusicVae::load(argv[1]));
    const musicvae::MusicVae& model = sampler.model();
    // A ModelFile can store the attributes: file.attributes = ...; then file.serialize().
    const musicvae::Attributes attributes = musicvae::latent_space_of(model, musicvae::data::open_windows(argv[2])).attributes;
    for (const auto& [name, attribute] : attributes) std::printf("%-16s %8.3f to %8.3f\n", name.c_str(), attribute.low, attribute.high);

    const musicvae::DrumSequence groove = musicvae::from_notes(musicvae::read_midi(argv[3]), model.drum_map(), model.grid()).sequence;
    const std::string attribute = argc > 5 ? argv[5] : "density";
    const float amount = argc > 6 ? std::stof(argv[6]) : 1.0F;
    const musicvae::DrumSequence moved = musicvae::shift_attributes(sampler, groove, attributes, {{attribute, amount}});
    musicvae::write_midi(musicvae::to_notes(moved, model.drum_map()), argv[4]);
    std::printf("%s: %d hits instead of %d\n", argv[4], moved.hits(), groove.hits());
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

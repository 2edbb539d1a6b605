// As a researcher uses it: a tiny model learns one step from a groove.
#include <filesystem>

#include <musicvae/musicvae.hpp>
#include <musicvae/train/trainer.hpp>

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::filesystem::path folder = argv[1];
  musicvae::data::WindowSetWriter writer({.cut = musicvae::data::Cut::bar_aligned, .steps = 8, .depth = 27});
  musicvae::data::FileWindows windows;
  windows.rows.assign(8 * 27, 0.0F);
  windows.windows.push_back({.first_row = 0, .bar = 0});
  musicvae::data::SourceFile source;
  source.split = musicvae::data::Split::train;
  writer.add(source, windows);
  writer.write(folder / "set.mvds");
  const musicvae::ModelConfig config{.name = "tiny", .steps = 8, .encoder = {.units = {4}}, .latent = 2, .decoder = {.units = {4}}};
  musicvae::train::TrainerOptions options;
  options.out = folder / "run";
  options.steps = 1;
  options.batch = 1;
  options.validate_every = 0;
  musicvae::train::Trainer trainer(config, musicvae::data::WindowSet::open(folder / "set.mvds"), options);
  return trainer.run().step == 1 ? 0 : 1;
}

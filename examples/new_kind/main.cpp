// Adds a kind of music and a head to the library, trains a small model, and does with it what every model can do (docs/adding-a-kind.md).
//   new_kind FOLDER
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <musicvae/train.hpp>
#include <string>

#include "bernoulli_head.hpp"
#include "bernoulli_loss.hpp"
#include "clave_representation.hpp"

namespace {

// 3-2 and 2-3 son claves, from different steps on.
Clave son_clave(int shift) {
  Clave clave(32);
  for (const int step : {0, 6, 12, 20, 24}) clave.set((step + shift) % 32, true);
  return clave;
}

std::string text(const Clave& clave) {
  std::string result;
  for (int step = 0; step < clave.steps(); ++step) result += clave.hit(step) ? 'x' : '.';
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: new_kind FOLDER\n");
    return 2;
  }
  try {
    // One line per unit.
    musicvae::register_representation(
        []() -> std::unique_ptr<musicvae::Representation> { return std::make_unique<ClaveRepresentation>(); });
    musicvae::register_head([]() -> std::unique_ptr<musicvae::Head> { return std::make_unique<BernoulliHead>(); });
    musicvae::train::register_head("bernoulli", std::make_unique<BernoulliLoss>());

    musicvae::ModelConfig config;
    config.name = "clave_2bar";
    config.steps = 32;
    config.representation = ClaveRepresentation();
    config.head = BernoulliHead();
    config.encoder.units = {32};
    config.decoder.units = {32};
    config.latent = 8;
    config.training.batch = 16;
    config.training.learning_rate = 0.01;
    config.training.max_beta = 0.0;  // a plain autoencoder is enough for sixteen windows
    config.training.dropout_keep = 1.0;

    // Windows are rows; the Trainer, the datasets and the engine ask the representation what these are.
    musicvae::data::WindowSetWriter windows({.steps = config.steps, .depth = 1, .music = std::string(Clave::kPlural)});
    for (int shift = 0; shift < 32; shift += 2) {
      windows.add({.path = std::to_string(shift)},
                  {.rows = musicvae::representation_of<Clave>(config).rows(son_clave(shift)), .windows = {{.first_row = 0, .bar = 0}}});
    }
    const std::filesystem::path folder = argv[1];
    musicvae::train::Trainer trainer(config, windows.finish(), {.out = folder / "run", .steps = 1000, .validate_every = 0, .threads = 1});
    const musicvae::train::TrainingResult result = trainer.run();

    // From here on it is a model like any other.
    musicvae::Sampler sampler(musicvae::MusicVae::load(result.model));
    for (const Clave& clave : sampler.sample<Clave>({.n = 3, .decode = {.seed = 7}})) std::printf("sampled      %s\n", text(clave).c_str());
    std::printf("given        %s\n", text(son_clave(0)).c_str());
    std::printf("reconstructed %s\n", text(musicvae::reconstruct(sampler, son_clave(0))).c_str());
    for (const Clave& clave : musicvae::interpolate(sampler, son_clave(0), son_clave(4), 3))
      std::printf("interpolated %s\n", text(clave).c_str());
    StepMask second_bar(32);
    second_bar.choose(16, 16);
    const Clave filled = musicvae::infill(sampler, son_clave(0), second_bar, {.seed = 7});
    std::printf("filled       %s\n", text(filled).c_str());
    std::printf("continued    %s\n", text(musicvae::continue_groove(sampler, son_clave(0), 2, {.seed = 7})).c_str());
    const musicvae::DecodedTensors decoded = sampler.decode_tensors(sampler.prior(7, 1), {.seed = 7});
    musicvae::write_midi(config.representation->notes(config.head->output(), decoded.tensors, decoded.steps, sampler.model().grid(),
                                                      musicvae::DrumMap::reduced(), 120.0),
                         folder / "clave.mid");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}

// Prepares the Groove MIDI Dataset and trains groovae_4bar on it.
//   train_groove DATASET(zip or folder) OUT_FOLDER STEPS BATCH
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/train/trainer.hpp"

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: train_groove DATASET OUT_FOLDER STEPS BATCH\n");
    return 2;
  }
  try {
    namespace data = musicvae::data;
    namespace train = musicvae::train;
    const std::filesystem::path out = argv[2];
    std::filesystem::create_directories(out);
    data::prepare(data::GrooveDataset::open(argv[1])).write(out / "groove.mvds");

    train::TrainerOptions options;
    options.out = out / "run";
    options.steps = std::stoll(argv[3]);
    options.batch = std::stoi(argv[4]);
    train::Trainer trainer(musicvae::named_config("groovae_4bar"), data::WindowSet::open(out / "groove.mvds"), options);
    const train::TrainingResult result = trainer.run(
        nullptr,
        {.step = [](const train::StepMetrics& m) { std::printf("step %lld: loss %.2f\n", static_cast<long long>(m.step), m.terms.loss); },
         .validation = {}});
    std::printf("model: %s\n", result.model.c_str());
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

// Measures how good a model is on grooves that it was not trained on: how well it reconstructs them, and how similar its samples are to
// them.
//   evaluate_model MODEL.safetensors DATA
// DATA is a dataset that `musicvae preprocess` accepts, or a .mvds file with windows as long as the model's.
#include <cstdio>
#include <exception>

#include "musicvae/musicvae.hpp"

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: evaluate_model MODEL.safetensors DATA\n");
    return 2;
  }
  try {
    const musicvae::MusicVae model = musicvae::MusicVae::load(argv[1]);
    const int bars = model.config().steps / model.grid().steps_per_bar();
    const musicvae::data::WindowSet windows =
        musicvae::data::open_windows(argv[2], {.converter = musicvae::data::GrooveConverter({.bars = bars})});
    const musicvae::evaluation::Report report = musicvae::evaluation::evaluate(model, windows, {.samples = 500, .seed = 7});

    const musicvae::evaluation::Reconstruction& kept = report.reconstruction.from_mean;
    std::printf("hits: F1 %.3f, %.1f nats per window; timing: %.1f ms off\n", kept.free_running.f1(), kept.hits_nll,
                kept.feel.timing_mae_ms);
    if (report.samples) {
      for (const musicvae::evaluation::FeatureReport& feature : report.samples->features) {
        std::printf("%-28s overlap with real grooves %.2f (training grooves: %.2f)\n", feature.name.c_str(), feature.samples.overlap,
                    feature.train.overlap);
      }
    }
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

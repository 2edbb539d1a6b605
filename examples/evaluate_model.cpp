// Measures how good a model of any kind of music is on music that it was not trained on: how well it reconstructs it, and how similar its
// samples are to it.
//   evaluate_model MODEL.safetensors DATA
// DATA is a dataset that `musicvae preprocess` accepts, or a .mvds file with windows as long as the model's.
#include <cstdio>
#include <exception>
#include <variant>

#include "musicvae/musicvae.hpp"

namespace {

void print(const musicvae::evaluation::SampleReport& samples) {
  for (const musicvae::evaluation::FeatureReport& feature : samples.features) {
    std::printf("%-28s overlap with real music %.2f (training music: %.2f)\n", feature.name.c_str(), feature.samples.overlap,
                feature.train.overlap);
  }
}

void print(const musicvae::evaluation::Report& report) {
  const musicvae::evaluation::Reconstruction& kept = report.reconstruction.from_mean;
  std::printf("hits: F1 %.3f, %.1f nats per window; timing: %.1f ms off\n", kept.free_running.f1(), kept.hits_nll, kept.feel.timing_mae_ms);
  if (report.samples) print(*report.samples);
}

void print(const musicvae::evaluation::MusicReport& report) {
  const musicvae::evaluation::StepReconstruction& kept = report.from_mean;
  std::printf("%s: %.3f of the steps are right, %.1f nats per window\n", report.music.c_str(), kept.free_running, kept.nll);
  for (const musicvae::evaluation::PartAccuracy& part : kept.parts) std::printf("  %s: %.3f\n", part.name.c_str(), part.free_running);
  print(report.samples);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: evaluate_model MODEL.safetensors DATA\n");
    return 2;
  }
  try {
    const musicvae::MusicVae model = musicvae::MusicVae::load(argv[1]);
    const musicvae::data::WindowSet windows =
        musicvae::data::open_windows(argv[2], {.converter = musicvae::data::converter_for(model.config())});
    const musicvae::evaluation::AnyReport report = musicvae::evaluation::evaluate_any(model, windows, {.samples = 500, .seed = 7});
    std::visit([](const auto& of_kind) { print(of_kind); }, report);
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

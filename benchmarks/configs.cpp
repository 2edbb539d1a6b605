// The cost of each named config: its number of parameters, the time of one training update, and the time in which the engine samples one
// groove. One run prints one table; compare its rows with each other, not with rows of another run.
#include <ATen/Parallel.h>
#include <fmt/core.h>
#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "../lib/train/device.hpp"
#include "../lib/train/window_batches.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/numerics/philox.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "musicvae/train/adam.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/music_vae.hpp"
#include "musicvae/train/schedule.hpp"

namespace {

using namespace musicvae;
using namespace musicvae::train;

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

// Windows with the same share of hits as the dataset, 12 %, in the rows that the config takes.
data::WindowSet windows_for(const ModelConfig& config, int count) {
  const int depth =
      config.representation->takes_rows_of(kDrumTensorDepth) ? kDrumTensorDepth : config.representation->output_depth(OutputFormat::hits);
  data::WindowSetWriter writer({.steps = config.steps, .depth = depth});
  for (int w = 0; w < count; ++w) {
    DrumSequence groove(config.steps);
    for (int step = 0; step < config.steps; ++step) {
      for (int d = 0; d < kDrums; ++d) {
        const float chance =
            numerics::uniform(numerics::philox4x32({static_cast<std::uint32_t>(w), static_cast<std::uint32_t>(step * kDrums + d)}, {})[0]);
        if (chance < 0.12F) groove.set(step, static_cast<Drum>(d), 5.0F * chance + 0.3F, 4.0F * chance - 0.24F);
      }
    }
    writer.add({.path = std::to_string(w)},
               {.rows = representation_of<DrumSequence>(config).rows(groove), .windows = {{.first_row = 0, .bar = 0}}});
  }
  return writer.finish();
}

double update_seconds(train::MusicVae& model, int batch, int updates) {
  const ModelConfig& config = model->config();
  std::vector<torch::Tensor> parameters;
  for (const auto& [name, tensor] : model->tensors()) parameters.push_back(tensor);
  Adam adam(parameters);
  std::vector<std::size_t> indices;
  for (int b = 0; b < batch; ++b) indices.push_back(static_cast<std::size_t>(b));
  const Batch windows = make_batch(config, windows_for(config, batch), indices, torch::kCPU);
  std::vector<double> times;
  for (int i = 0; i <= updates; ++i) {
    times.push_back(seconds_of([&] {
      const torch::Tensor eps = torch::randn({batch, config.latent});
      ScheduledSampling sampling{.probability = sampling_probability(config.training, i)};
      if (sampling.probability > 0.0) sampling.uniforms = torch::rand({config.steps, batch, 1 + train::head_of(config).draws(config)});
      const Reconstruction result =
          model(windows, eps, Dropout{.keep = config.training.dropout_keep, .seed = static_cast<std::uint64_t>(i)}, sampling);
      const Loss loss = compute_loss(config, result, windows, i);
      for (torch::Tensor& parameter : parameters) parameter.mutable_grad().reset();
      loss.total.backward();
      (void)clip_gradients(parameters, config.training);
      adam.step(1e-3);
    }));
  }
  times.erase(times.begin());  // the first update compiles kernels and touches memory
  return median(times);
}

// Milliseconds in which one thread samples one groove; a control track is silent.
double sample_milliseconds(const musicvae::MusicVae& model, int samples) {
  Sampler sampler(model);
  const std::vector<float> z = sampler.prior(1, 1);
  const std::vector<float> controls(static_cast<std::size_t>(model.config().steps * model.config().control_depth()));
  std::vector<double> times;
  for (int i = 0; i <= samples; ++i) {
    times.push_back(1e3 * seconds_of([&] { (void)sampler.decode(z, {.temperature = 1.0F, .seed = 1}, {.controls = controls}); }));
  }
  times.erase(times.begin());
  return median(times);
}

// The batch with which an update costs about as much as groovae_4bar's with a batch of `most`, at least 2: large models would take minutes.
int scaled_batch(const ModelConfig& config, int most) {
  constexpr double groovae_4bar = 4.1e6 * 64;
  const double cost = static_cast<double>(parameter_count(config)) * config.steps;
  return std::clamp(static_cast<int>(most * groovae_4bar / cost), 2, most);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App command("Measures every named config: an update of its training, and one groove sampled.");
  std::vector<std::string> only;
  int batch = 32;
  int updates = 2;
  command.add_option("--batch", batch, "Windows an update of groovae_4bar; the larger a config, the fewer")->capture_default_str();
  command.add_option("--updates", updates, "Updates of each config, after one that is not counted")->capture_default_str();
  int steps = 0;
  command.add_option("--steps", steps, "Windows of so many steps: for configs whose own take minutes [default: the config's]");
  command.add_option("--only", only, "These configs alone");
  CLI11_PARSE(command, argc, argv);
  const FlushDenormals flush_denormals;
  const ScopedNoTrim keep_heap;  // as in the Trainer
  fmt::print("{} threads, fp32, medians\n\n", at::get_num_threads());
  fmt::print("| config | parameters | batch | s an update | ms a window | us a window, bar and million parameters | ms to sample one |\n");
  fmt::print("|---|---|---|---|---|---|---|\n");
  for (ModelConfig config : named_configs()) {
    if (!only.empty() && std::find(only.begin(), only.end(), config.name) == only.end()) continue;
    if (steps > 0) config.steps = steps;
    config.validate();
    train::MusicVae model(config);
    model->initialize(1);
    const int windows = scaled_batch(config, batch);
    const double update = update_seconds(model, windows, updates);
    const double sample = sample_milliseconds({config, model->weights()}, 5);
    const double millions = static_cast<double>(parameter_count(config)) * 1e-6;
    fmt::print("| `{}` | {} | {} | {:.3f} | {:.1f} | {:.0f} | {:.1f} |\n", config.name, parameter_count(config), windows, update,
               1e3 * update / windows, 1e6 * update / windows / (config.steps / 16.0) / millions, sample);
    std::fflush(stdout);
  }
  return 0;
}

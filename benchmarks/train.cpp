// Seconds an update of groovae_4bar takes, on each path and in each precision, beside what the machine's matrix products could do.
// One run prints one table; compare its rows with each other, not with those of another run.
#include <ATen/Parallel.h>
#include <fmt/core.h>
#include <malloc.h>
#include <sys/resource.h>
#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "../lib/train/device.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/train/adam.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/music_vae.hpp"

namespace {

using namespace musicvae;
using namespace musicvae::train;

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Grooves with the dataset's share of hits (12 %), 16 steps repeated with a few changes.
torch::Tensor windows(const ModelConfig& config, std::int64_t batch) {
  const at::Generator random = at::detail::createCPUGenerator(3);
  const torch::Tensor bar = (torch::rand({16, batch, 9}, random) < 0.12).to(torch::kFloat32);
  const torch::Tensor hits = bar.repeat({config.steps / 16, 1, 1});
  const torch::Tensor velocities = hits * torch::rand(hits.sizes(), random);
  const torch::Tensor offsets = hits * (torch::rand(hits.sizes(), random) - 0.5);
  return torch::cat({hits, velocities, offsets}, 2);
}

struct Figures {
  double minimum, median;
  double peak_mib;
};

double peak_mib() {  // since the last reset
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0.0;
}

void reset_peak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
}

Figures measure(const ModelConfig& config, std::int64_t batch, LstmMode mode, int updates) {
  reset_peak();
  const KeepHeap keep_heap;
  MusicVae model(config);
  model->initialize(1);
  model->lstm = mode;
  std::vector<torch::Tensor> parameters;
  for (const auto& [name, tensor] : model->tensors()) parameters.push_back(tensor);
  Adam adam(parameters);
  const torch::Tensor x = windows(config, batch);
  std::vector<double> times;
  for (int i = 0; i <= updates; ++i) {
    times.push_back(seconds_of([&] {
      const torch::Tensor eps = torch::randn({batch, config.latent});
      const Batch both{.input = x, .target = x};
      const Reconstruction result =
          model(both, eps, Dropout{.keep = config.training.dropout_keep, .seed = static_cast<std::uint64_t>(i)});
      const Loss loss = compute_loss(config, result, both, i);
      for (torch::Tensor& parameter : parameters) parameter.mutable_grad().reset();
      loss.total.backward();
      (void)clip_gradients(parameters, config.training);
      adam.step(1e-3);
    }));
  }
  times.erase(times.begin());  // the first compiles kernels and touches memory
  std::sort(times.begin(), times.end());
  return {times.front(), times[times.size() / 2], peak_mib()};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App command("Measures training updates of groovae_4bar.");
  std::string paths = "all";
  std::int64_t batch = 512;
  int updates = 3;
  command.add_option("--batch", batch);
  command.add_option("--updates", updates);
  command.add_option("--only", paths);
  CLI11_PARSE(command, argc, argv);
  const FlushDenormals flush_denormals;
  const ModelConfig config = named_config("groovae_4bar");
  for (const auto& [name, mode] : std::vector<std::pair<std::string, LstmMode>>{{"library fp32", {LstmPath::library, Precision::fp32}},
                                                                                {"unfused fp32", {LstmPath::unfused, Precision::fp32}},
                                                                                {"fused fp32", {LstmPath::fused, Precision::fp32}},
                                                                                {"fused bf16", {LstmPath::fused, Precision::bf16}}}) {
    if (paths != "all" && name != paths) continue;
    const Figures figures = measure(config, batch, mode, updates);
    fmt::print("{:14} batch {} min {:.3f} median {:.3f} s  peak {:.0f} MiB\n", name, batch, figures.minimum, figures.median,
               figures.peak_mib);
  }
  return 0;
}

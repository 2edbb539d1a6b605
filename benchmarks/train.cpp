// The cost of an update of groovae_4bar on each path and in each precision, compared with the speed of the machine's matrix products, and
// the time for which it waits for the data loader. One run prints one table; compare its rows with each other, not with rows of another
// run.
#include <ATen/Parallel.h>
#include <fmt/core.h>
#include <malloc.h>
#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "../lib/train/device.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/numerics/kernels.hpp"
#include "musicvae/train/adam.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/music_vae.hpp"
#include "musicvae/train/trainer.hpp"

namespace {

using namespace musicvae;
using namespace musicvae::train;

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Synthetic grooves with the same share of hits as the dataset, 12 %: [T, B, 27].
torch::Tensor grooves(const ModelConfig& config, std::int64_t batch) {
  const at::Generator random = at::detail::createCPUGenerator(3);
  const torch::Tensor hits = (torch::rand({config.steps, batch, 9}, random) < 0.12).to(torch::kFloat32);
  return torch::cat({hits, hits * torch::rand(hits.sizes(), random), hits * (torch::rand(hits.sizes(), random) - 0.5)}, 2);
}

double peak_mib() {  // since reset_peak
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

struct Figures {
  double minimum, median, peak_mib;
};

Figures measure(const ModelConfig& config, std::int64_t batch, LstmMode mode, int updates) {
  reset_peak();
  const ScopedNoTrim keep_heap;  // as in the Trainer, for every path
  MusicVae model(config);
  model->initialize(1);
  model->lstm = mode;
  std::vector<torch::Tensor> parameters;
  for (const auto& [name, tensor] : model->tensors()) parameters.push_back(tensor);
  Adam adam(parameters);
  const torch::Tensor x = grooves(config, batch);
  const Batch both{.input = x, .target = x};
  std::vector<double> times;
  for (int i = 0; i <= updates; ++i) {
    times.push_back(seconds_of([&] {
      const torch::Tensor eps = torch::randn({batch, config.latent});
      const Reconstruction result = model(both, eps, Dropout{.keep = config.training.dropout_keep, .seed = static_cast<std::uint64_t>(i)});
      const Loss loss = compute_loss(config, result, both, i);
      for (torch::Tensor& parameter : parameters) parameter.mutable_grad().reset();
      loss.total.backward();
      (void)clip_gradients(parameters, config.training);
      adam.step(1e-3);
    }));
  }
  times.erase(times.begin());  // the first update compiles kernels and touches memory
  std::sort(times.begin(), times.end());
  return {times.front(), times[times.size() / 2], peak_mib()};
}

// Floating-point operations of the LSTM layers' products in an update: forward, gradients of the kernels, and gradients of the inputs (but
// not where these are the windows).
double operations(const ModelConfig& config, std::int64_t batch) {
  double products = 0.0;
  const double encoder = config.encoder.units[0];
  products += 2 * (2 * (config.input_depth() + encoder) + encoder) * 4 * encoder;  // no gradient with respect to the windows
  double inputs = config.output_depth() + config.latent;
  for (const int units : config.decoder.units) {
    products += 3 * (inputs + units) * 4 * units;
    inputs = units;
  }
  return 2.0 * products * static_cast<double>(batch * config.steps);
}

// GFLOP/s of LibTorch's product: the better of the size of an encoder's step and a large square one.
double product_peak(torch::ScalarType type) {
  double best = 0.0;
  for (const auto& [m, k, n] : std::vector<std::array<std::int64_t, 3>>{{512, 544, 2048}, {2048, 2048, 2048}}) {
    const torch::Tensor a = torch::randn({m, k}).to(type), b = torch::randn({k, n}).to(type);
    torch::Tensor c = torch::empty({m, n}, type);
    for (int i = 0; i < 8; ++i) {
      best = std::max(best, 2e-9 * static_cast<double>(m * k * n) / seconds_of([&] { at::mm_out(c, a, b); }));
    }
  }
  return best;
}

// The share of an update for which the Trainer waits for its windows, which come from a prepared dataset on disk.
double data_wait_share(const ModelConfig& config, int batch, int updates, const std::string& data) {
  char folder[] = "/tmp/train_benchmark_XXXXXX";
  if (mkdtemp(folder) == nullptr) throw FileError(std::string(folder) + ": cannot be made");
  double waited = 0.0, seconds = 0.0;
  TrainerOptions options;
  options.out = folder;
  options.steps = updates;
  options.batch = batch;
  options.validate_every = 0;
  options.checkpoint_every = 0;
  Trainer(config, data::WindowSet::open(data), options).run(nullptr, {.step = [&](const StepMetrics& m) {
                                                              if (m.step == 0) return;
                                                              waited += m.data_wait;
                                                              seconds += m.seconds;
                                                            }});
  std::filesystem::remove_all(folder);
  return waited / seconds;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App command("Measures training updates of groovae_4bar.");
  std::vector<std::int64_t> batches = {512, 64};
  std::string only;
  std::string data;
  int updates = 5;
  command.add_option("--batch", batches, "Batch sizes")->capture_default_str();
  command.add_option("--updates", updates, "Updates of each kind, after one that is not counted")->capture_default_str();
  command.add_option("--only", only, "One kind, such as \"fused bf16\"");
  command.add_option("--data", data, "A prepared dataset, for the time that an update waits for its windows");
  CLI11_PARSE(command, argc, argv);
  const FlushDenormals flush_denormals;
  const ModelConfig config = named_config("groovae_4bar");

  // Where the processor does not multiply bfloat16, LibTorch's product of it takes minutes.
  const bool fast = numerics::has_fast_bf16();
  const double fp32_peak = product_peak(torch::kFloat32), bf16_peak = fast ? product_peak(torch::kBFloat16) : fp32_peak;
  fmt::print("{} threads; LibTorch's matrix product: fp32 {:.0f} GFLOP/s{}\n\n", at::get_num_threads(), fp32_peak,
             fast ? fmt::format(", bf16 {:.0f} GFLOP/s", bf16_peak)
                  : " (neither AMX nor AVX512_BF16: bf16 is not fast here, and is compared with that, too)");
  fmt::print(
      "| batch | path | minimum s | median s | to library | GFLOP/s | of the peak | peak MiB |\n|---|---|---|---|---|---|---|---|\n");
  struct Kind {
    const char* name;
    LstmMode mode;
  };
  for (const std::int64_t batch : batches) {
    double library = 0.0;
    for (const Kind& kind :
         {Kind{"library fp32", {LstmPath::library, Precision::fp32}}, Kind{"unfused fp32", {LstmPath::unfused, Precision::fp32}},
          Kind{"fused fp32", {LstmPath::fused, Precision::fp32}}, Kind{"fused bf16", {LstmPath::fused, Precision::bf16}}}) {
      if (!only.empty() && only != kind.name) continue;
      const Figures figures = measure(config, batch, kind.mode, updates);
      if (library == 0.0) library = figures.median;
      const double rate = 1e-9 * operations(config, batch) / figures.median;
      fmt::print("| {} | {} | {:.3f} | {:.3f} | {:.2f} | {:.0f} | {:.0f} % | {:.0f} |\n", batch, kind.name, figures.minimum, figures.median,
                 library / figures.median, rate, 100 * rate / (kind.mode.precision == Precision::fp32 ? fp32_peak : bf16_peak),
                 figures.peak_mib);
      std::fflush(stdout);
    }
  }
  if (!data.empty()) {
    for (const std::int64_t batch : batches) {
      fmt::print("\nbatch {}: an update waits for its windows {:.4f} % of its time", batch,
                 100 * data_wait_share(config, static_cast<int>(batch), updates + 1, data));
    }
    fmt::print("\n");
  }
  return 0;
}

// The speed of the engine on each instruction set, single-threaded: whole calls of two models, and the kernels.
//
//   engine_benchmark --benchmark_filter=Sample      # sample n grooves, per call, with notes
//
// Weights are random: no branch of the engine depends on them. Counters: GFLOP/s of the matrix products (2 per weight and sequence), GB/s
// of weights read, and times-real-time (64 steps at 120 quarters per minute last 8 s).
#include <benchmark/benchmark.h>

#include <Eigen/Core>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/pack.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/safetensors.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/numerics/philox.hpp"

namespace musicvae {
namespace {

using numerics::Isa;

constexpr const char* isa_names[] = {"baseline", "AVX2", "AVX-512", "AVX512_BF16", "AMX"};

// A tensor of halves with these values, as in the shipped models.
Tensor halves(std::vector<std::int64_t> shape, std::span<const float> values) {
  std::vector<std::uint16_t> bits;
  for (const float value : values) bits.push_back(to_half(value));
  const std::vector<std::int64_t> same = shape;
  return {std::move(shape), TensorValues({Dtype::f16, same, std::as_bytes(std::span(bits))}, nullptr)};
}

// Random weights of about the same size as a trained model's: logits of a few units.
Weights random_weights(const ModelConfig& config) {
  Weights weights;
  std::uint64_t index = 0;
  for (const TensorSpec& spec : tensor_specs(config)) {
    std::int64_t count = 1;
    for (std::int64_t extent : spec.shape) count *= extent;
    std::vector<float> values(static_cast<std::size_t>(count));
    numerics::RandomStream{1, index++, numerics::Purpose::latent}.normals(0, values);
    for (float& value : values) value *= 0.05F;
    weights.emplace(spec.name, halves(spec.shape, values));
  }
  return weights;
}

constexpr const char* config_names[] = {"groovae_4bar", "hier-groove_4bar_lookback"};

const MusicVae& model(Isa isa, std::size_t config = 0) {
  static std::map<std::pair<Isa, std::size_t>, MusicVae> models;
  const auto found = models.find({isa, config});
  if (found != models.end()) return found->second;
  const ModelConfig& named = named_config(config_names[config]);
  return models.emplace(std::pair(isa, config), MusicVae(named, random_weights(named), DrumMap::roland(), "random", isa)).first->second;
}

// Selects the instruction set of a run, or skips the run if the processor lacks it.
bool chosen(benchmark::State& state, Isa& isa) {
  isa = static_cast<Isa>(state.range(0));
  state.SetLabel(isa_names[state.range(0)]);
  if (numerics::supported(isa)) return true;
  state.SkipWithError("this processor lacks the instructions");
  return false;
}

void rate(benchmark::State& state, const char* name, double amount) {
  state.counters[name] = benchmark::Counter(amount * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

// The number of weights that one step of the decoder reads (z is multiplied once), and one step of the encoder (both directions).
constexpr double decoder_step_weights = (27 + 256) * 1024.0 + (256 + 256) * 1024.0 + 256 * 27.0;
constexpr double encoder_step_weights = 2 * (27 + 512) * 2048.0;

void Sample(benchmark::State& state) {
  Isa isa{};
  if (!chosen(state, isa)) return;
  const auto config = static_cast<std::size_t>(state.range(1));
  const int n = static_cast<int>(state.range(2));
  state.SetLabel(std::string(isa_names[state.range(0)]) + ", " + config_names[config]);
  Sampler sampler(model(isa, config));
  std::uint64_t seed = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sampler.sample({.n = n, .decode = {.temperature = 0.5F, .seed = seed++, .threads = 1}}));
  }
  if (config == 0) rate(state, "GFLOP/s", 2 * 64.0 * n * decoder_step_weights);
  state.counters["x_real_time"] = benchmark::Counter(8.0 * n, benchmark::Counter::kIsIterationInvariantRate);
}

// GFLOP/s of CPU time, of the fp32 product with its weights in the cache: the peak of which other work reaches a share.
double peak(Isa isa) {
  constexpr int rows = 256;
  constexpr int inputs = 608;
  constexpr int columns = 64;
  constexpr int runs = 100;
  static const numerics::AlignedFloats x(std::size_t{rows} * inputs, 0.5F);
  static const numerics::AlignedFloats w(std::size_t{inputs} * columns, 0.5F);
  static const numerics::AlignedFloats base(columns);
  static numerics::AlignedFloats y(std::size_t{rows} * columns);
  const std::clock_t start = std::clock();
  for (int i = 0; i < runs; ++i) {
    numerics::kernels(isa).multiply({.weights = w.data(),
                                     .panel_stride = numerics::kPanelWidth,
                                     .weight_stride = columns,
                                     .inputs = inputs,
                                     .panels = columns / numerics::kPanelWidth,
                                     .x = x.data(),
                                     .x_stride = inputs,
                                     .base = base.data(),
                                     .y = y.data(),
                                     .y_stride = columns,
                                     .rows = rows});
  }
  return 1e-9 * runs * 2.0 * rows * inputs * columns * CLOCKS_PER_SEC / static_cast<double>(std::clock() - start);
}

// Each call stands between two measurements of the peak, so that their ratio holds on a busy machine, too.
void Encode(benchmark::State& state) {
  Isa isa{};
  if (!chosen(state, isa)) return;
  const int n = static_cast<int>(state.range(1));
  const Precision precision = state.range(2) != 0 ? Precision::bf16 : Precision::fp32;
  if (precision == Precision::bf16 && isa == numerics::best_isa() && isa != numerics::best_bf16_isa()) {
    state.SkipWithError("encoding in bfloat16 takes AMX in its place");
    return;
  }
  state.SetLabel(std::string(isa_names[state.range(0)]) + ", " + std::string(name(precision)));
  const std::vector<float> x(static_cast<std::size_t>(n) * 64 * 27, 0.25F);
  const double work = 2 * 64.0 * n * encoder_step_weights;
  double share = 0.0;
  for (auto _ : state) {
    state.PauseTiming();
    const double before = peak(isa);
    const std::clock_t start = std::clock();
    state.ResumeTiming();
    benchmark::DoNotOptimize(model(isa).encode(x, {}, precision));
    state.PauseTiming();
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    share += 1e-9 * work / seconds / (0.5 * (before + peak(isa)));
    state.ResumeTiming();
  }
  rate(state, "GFLOP/s", work);
  state.counters["of_peak_%"] = benchmark::Counter(100.0 * share, benchmark::Counter::kAvgIterations);
}

// One step of one stream, as an audio thread calls it.
void StreamStep(benchmark::State& state) {
  Isa isa{};
  if (!chosen(state, isa)) return;
  engine::Decoder decoder = model(isa).decoder();
  decoder.prepare(1);
  const std::vector<float> z(256, 0.1F);
  std::vector<float> row(27);
  decoder.start(z, 1);
  for (auto _ : state) decoder.next({.temperature = 0.5F}, {}, row);
  rate(state, "GB/s", 2 * decoder_step_weights);
}

// The matrix product alone: a layer of 512 inputs and 1024 gate columns.
void Multiply(benchmark::State& state) {
  Isa isa{};
  if (!chosen(state, isa)) return;
  const int n = static_cast<int>(state.range(1));
  const bool as_halves = state.range(2) != 0;
  state.SetLabel(std::string(isa_names[state.range(0)]) + (as_halves ? ", halves" : ", floats"));
  const engine::Matrix weights = engine::Matrix::Random(512, 1024);
  const std::span<const float> values(weights.data(), static_cast<std::size_t>(weights.size()));
  const Weights tensors = {
      {"w", as_halves ? halves({512, 1024}, values) : Tensor{{512, 1024}, std::vector<float>(values.begin(), values.end())}}};
  const numerics::PackedMatrix w = engine::pack(engine::MatrixRows(tensors, "w"));
  const engine::Matrix x = engine::Matrix::Random(n, 512);
  const numerics::AlignedFloats bias(1024, 0.5F);
  numerics::Rows y(n, 1024);
  for (auto _ : state) {
    numerics::multiply(numerics::kernels(isa), w, x.data(), 512, bias.data(), 0, y, n);
    benchmark::ClobberMemory();
  }
  rate(state, "GFLOP/s", 2.0 * n * 512 * 1024);
  rate(state, "GB/s", (as_halves ? 2.0 : 4.0) * 512 * 1024);
}

// The same product by Eigen, compiled like the rest: what it costs that Eigen chooses its instructions at compile time.
void MultiplyByEigen(benchmark::State& state) {
  const Eigen::Index n = state.range(0);
  const engine::Matrix w = engine::Matrix::Random(512, 1024);
  const engine::Matrix x = engine::Matrix::Random(n, 512);
  engine::Matrix y = engine::Matrix::Zero(n, 1024);
  for (auto _ : state) {
    y.noalias() = x * w;
    benchmark::ClobberMemory();
  }
  rate(state, "GFLOP/s", 2.0 * static_cast<double>(n) * 512 * 1024);
}

// The product with its 16 KiB of weights in the L1 cache: the kernel's ceiling, of which Multiply reaches a share.
void MultiplyInCache(benchmark::State& state) {
  Isa isa{};
  if (!chosen(state, isa)) return;
  const numerics::PackedMatrix w = engine::pack(engine::Matrix::Random(64, 64));
  const engine::Matrix x = engine::Matrix::Random(6, 64);
  const numerics::AlignedFloats bias(64, 0.5F);
  numerics::Rows y(6, 64);
  for (auto _ : state) {
    numerics::multiply(numerics::kernels(isa), w, x.data(), 64, bias.data(), 0, y, 6);
    benchmark::ClobberMemory();
  }
  rate(state, "GFLOP/s", 2.0 * 6 * 64 * 64);
}

// Reads as many bytes as a step of the decoder, with the C library's fastest function: the ceiling of GB/s for one sequence.
void ReadMemory(benchmark::State& state) {
  const std::vector<char> bytes(static_cast<std::size_t>(2 * decoder_step_weights));
  for (auto _ : state) benchmark::DoNotOptimize(std::memchr(bytes.data(), 1, bytes.size()));
  rate(state, "GB/s", static_cast<double>(bytes.size()));
}

// The product of bfloat16, as training uses it: 256 windows, 608 inputs and the 64 gate columns of 16 units.
void MultiplyBf16(benchmark::State& state) {
  Isa isa{};
  if (!chosen(state, isa)) return;
  constexpr int rows = 256;
  constexpr int inputs = 608;
  constexpr std::uint16_t half = 0x3F00;  // 0.5
  const numerics::AlignedHalves x(std::size_t{rows} * inputs, half);
  const numerics::AlignedHalves w(std::size_t{inputs} * numerics::kBf16Columns, half);
  numerics::AlignedFloats y(std::size_t{rows} * numerics::kBf16Columns);
  for (auto _ : state) {
    numerics::kernels(isa).multiply_bf16({.x = x.data(),
                                          .x_stride = inputs,
                                          .weights = w.data(),
                                          .y = y.data(),
                                          .y_stride = numerics::kBf16Columns,
                                          .rows = rows,
                                          .inputs = inputs});
    benchmark::ClobberMemory();
  }
  rate(state, "GFLOP/s", 2.0 * rows * inputs * numerics::kBf16Columns);
}

void LstmGates(benchmark::State& state) {
  Isa isa{};
  if (!chosen(state, isa)) return;
  numerics::Rows gates(1, 1024);
  numerics::Rows c(1, 256);
  numerics::Rows h(1, 256);
  numerics::RandomStream{1, 0, numerics::Purpose::latent}.normals(0, {gates.row(0), 1024});
  const numerics::LstmGates step = {.gates = gates.row(0), .c = c.row(0), .h = h.row(0), .units = 256, .rows = 1};
  for (auto _ : state) {
    numerics::kernels(isa).lstm_gates(step);
    benchmark::ClobberMemory();
  }
  state.counters["time/unit"] = benchmark::Counter(256, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// Builds a model that can run from weights in memory: the cost of a cold start apart from reading the file.
void BuildModel(benchmark::State& state) {
  const ModelConfig& config = named_config("groovae_4bar");
  const Weights weights = random_weights(config);
  for (auto _ : state) benchmark::DoNotOptimize(MusicVae(config, weights));
}

const std::vector<std::int64_t> all_isas = {0, 1, 2};
BENCHMARK(Sample)->ArgsProduct({all_isas, {0, 1}, {1, 4, 512}})->Unit(benchmark::kMillisecond);
BENCHMARK(Encode)->ArgsProduct({all_isas, {1, 512}, {0}})->Unit(benchmark::kMillisecond);
BENCHMARK(Encode)->ArgsProduct({{0, 1, 2, 3, 4}, {512}, {1}})->Unit(benchmark::kMillisecond);
BENCHMARK(StreamStep)->ArgsProduct({all_isas})->Unit(benchmark::kMicrosecond);
BENCHMARK(Multiply)->ArgsProduct({all_isas, {1, 4, 64, 256}, {0, 1}})->Unit(benchmark::kMicrosecond);
BENCHMARK(MultiplyByEigen)->Arg(1)->Arg(4)->Arg(64)->Unit(benchmark::kMicrosecond);
BENCHMARK(MultiplyInCache)->ArgsProduct({all_isas})->Unit(benchmark::kMicrosecond);
BENCHMARK(ReadMemory)->Unit(benchmark::kMicrosecond);
BENCHMARK(MultiplyBf16)->ArgsProduct({{0, 1, 2, 3, 4}})->Unit(benchmark::kMicrosecond);
BENCHMARK(LstmGates)->ArgsProduct({all_isas})->Unit(benchmark::kNanosecond);
BENCHMARK(BuildModel)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace musicvae

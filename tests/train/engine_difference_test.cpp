// The two implementations of the modules, for training and for inference, give the same numbers on every kind of config.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"
#include "musicvae/latent/latent_table.hpp"
#include "musicvae/model/heads/categorical.hpp"
#include "musicvae/model/heads/feel.hpp"
#include "musicvae/model/heads/nade.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/tensors.hpp"
#include "musicvae/train/head.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/music_vae.hpp"
#include "small_groove_release.hpp"
#include "temp_folder.hpp"
#include "tolerances.hpp"

namespace musicvae {

// The name of a config in CTest.
static void PrintTo(const ModelConfig& config, std::ostream* out) {
  *out << config.name;
}

}  // namespace musicvae

namespace musicvae::train {
namespace {

// A named config with everything but its size: layers are a few units wide and do not fill a register or a block.
ModelConfig small(ModelConfig config) {
  const auto narrow = [](std::vector<int>& units, int first) {
    for (int& u : units) u = first++;
  };
  narrow(config.encoder.units, 9);
  narrow(config.decoder.units, 6);
  if (config.conductor) narrow(config.conductor->units, 5);
  config.latent = 7;
  if (config.head->name() == "nade") config.head = NadeHead(5);
  std::replace_if(
      config.name.begin(), config.name.end(), [](char c) { return c == '-'; }, '_');
  return config;
}

// The named configs, made small, and configs with features that no named one has.
std::vector<ModelConfig> configs() {
  const ConductorConfig conductor{.units = {21, 10}, .segments = 3};
  ConductorConfig autoregressive = conductor;
  autoregressive.autoregressive = true;
  const EncoderConfig encoder{.units = {18}};
  const DecoderConfig decoder{.units = {17, 6}};
  std::vector<ModelConfig> result = {
      {.name = "flat", .steps = 12, .encoder = {.units = {37}}, .latent = 11, .decoder = {.units = {19, 23}}},
      {.name = "deep", .steps = 12, .encoder = {.units = {9, 33, 5}}, .latent = 5, .decoder = {.units = {7, 40, 3}}},
      {.name = "single", .steps = 1, .encoder = {.units = {1}}, .latent = 1, .decoder = {.units = {1}}},
      {.name = "control",
       .steps = 12,
       .representation = GrooveRepresentation({.task = Task::hits_control}),
       .encoder = encoder,
       .latent = 6,
       .decoder = {.units = {17}}},
      {.name = "categorical",
       .steps = 12,
       .representation = TensorsRepresentation({.input = 10, .output = 51}),
       .encoder = encoder,
       .latent = 6,
       .decoder = {.units = {17}},
       .head = CategoricalHead()},
      {.name = "conductor", .steps = 12, .encoder = {.units = {18, 7}}, .latent = 6, .conductor = conductor, .decoder = decoder},
      {.name = "autoregressive", .steps = 12, .encoder = encoder, .latent = 6, .conductor = autoregressive, .decoder = decoder},
      {.name = "residual",
       .steps = 12,
       .encoder = {.units = {18, 18}, .residual = true},
       .latent = 6,
       .decoder = {.units = {17, 6, 6}, .residual = true}},
      {.name = "residual_conductor",
       .steps = 12,
       .encoder = {.units = {5}, .residual = true},
       .latent = 6,
       .conductor = autoregressive,
       .decoder = {.units = {6, 9}, .residual = true}},
      {.name = "levels", .steps = 12, .encoder = {.units = {18, 7}, .levels = {2, 3, 2}}, .latent = 6, .decoder = decoder},
      {.name = "parts",
       .steps = 12,
       .representation = TensorsRepresentation({.input = 20, .output = 20}),
       .encoder = {.units = {18}, .levels = {4, 3}},
       .latent = 6,
       .conductor = conductor,
       .decoder = {.units = {17, 6}, .parts = {5, 12, 3}},
       .head = CategoricalHead()},
      {.name = "nade_below_a_conductor",
       .steps = 12,
       .representation = DrumsRepresentation(),
       .encoder = encoder,
       .latent = 6,
       .conductor = autoregressive,
       .decoder = decoder,
       .head = NadeHead(11)},
      {.name = "feel_below_a_conductor",
       .steps = 12,
       .encoder = encoder,
       .latent = 6,
       .conductor = autoregressive,
       .decoder = decoder,
       .head = FeelHead({.bins = 5, .components = 2})},
      {.name = "lookback",
       .steps = 12,
       .encoder = encoder,
       .latent = 6,
       .decoder = {.units = {17, 6}, .lookback = {4, 11, 2}, .running_mean = true, .running_spread = true}},
      {.name = "lookback_below_a_conductor",
       .steps = 12,
       .encoder = encoder,
       .latent = 6,
       .conductor = conductor,
       .decoder = {.units = {17, 6}, .lookback = {4}}},
      {.name = "lookback_of_parts",
       .steps = 12,
       .representation = TensorsRepresentation({.input = 20, .output = 20}),
       .encoder = encoder,
       .latent = 6,
       .conductor = conductor,
       .decoder = {.units = {17, 6}, .parts = {5, 12, 3}, .lookback = {6, 3}, .skip = true},
       .head = CategoricalHead()},
      {.name = "lookback_with_control",
       .steps = 12,
       .representation = GrooveRepresentation({.task = Task::infill}),
       .encoder = encoder,
       .latent = 6,
       .conductor = autoregressive,
       .decoder = {.units = {17, 6}, .lookback = {5}, .running_mean = true, .skip = true}},
  };
  for (const ModelConfig& config : named_configs()) result.push_back(small(config));
  return result;
}

// The output of a feel head as the engine returns it: the logits of hits, and of the means of velocity and offset.
torch::Tensor as_groove(const ModelConfig& config, const torch::Tensor& logits) {
  if (config.head->name() != "feel") return logits;
  const auto& feel = dynamic_cast<const FeelHead&>(*config.head);
  const std::int64_t drums = config.output_depth() / 3;
  const std::int64_t width = drums * 3 * feel.components();
  const torch::Tensor centres = (torch::arange(feel.bins()) + 0.5) / feel.bins();
  const auto mean = [&](std::int64_t at, double low) {  // as a fraction of the way from low to 1
    const torch::Tensor mixtures = logits.narrow(2, at, width).reshape({logits.size(0), logits.size(1), drums, -1});
    const torch::Tensor edges = feel_edges(feel.bins(), low, logits.options());
    const torch::Tensor p = feel_probability(mixtures, edges.narrow(0, 0, feel.bins()), edges.narrow(0, 1, feel.bins()), low);
    return (p * centres).sum(3);
  };
  return torch::cat({logits.narrow(2, 0, drums), torch::logit(mean(drums, 0.0)), torch::atanh(2 * mean(drums + width, -1.0) - 1)}, 2);
}

class EngineDifference : public testing::TestWithParam<ModelConfig> {};

std::span<const float> span_of(const torch::Tensor& tensor) {
  return {tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

void expect_close(const std::vector<float>& engine, const torch::Tensor& ours, double tolerance) {
  const torch::Tensor theirs = torch::tensor(engine).reshape(ours.sizes());
  EXPECT_LT((theirs - ours).abs().max().item<double>(), tolerance);
}

TEST_P(EngineDifference, IsRoundingOnly) {
  torch::set_num_threads(1);
  const torch::NoGradGuard no_grad;
  const ModelConfig& config = GetParam();
  constexpr std::int64_t windows = 5;
  MusicVae model(config);
  const at::Generator generator = at::detail::createCPUGenerator(8);
  for (auto& [name, tensor] : model->tensors()) tensor.normal_(0.0, 0.2, generator);
  const auto random = [&](std::int64_t width) { return torch::rand({windows, config.steps, width}, generator); };
  const auto time_major = [](const torch::Tensor& x) { return x.transpose(0, 1).contiguous(); };
  torch::Tensor input = random(config.input_depth());
  if (config.representation->segments_end()) input.narrow(1, 40, 30).zero_();  // the end of one segment, and the beginning of the next
  torch::Tensor target = random(config.output_depth());
  if (config.head->name() == "nade") target = target.round();  // its classes are hit or not hit
  const torch::Tensor control = config.control_depth() > 0 ? random(config.control_depth()) : torch::Tensor();
  const torch::Tensor control_in_time = control.defined() ? time_major(control) : control;
  const std::vector<int> lengths = {config.steps, 1, (config.steps + 1) / 2, config.steps, 1};

  const musicvae::MusicVae engine(config, model->weights());
  const torch::Tensor seen = control.defined() ? torch::cat({input, control}, 2) : input;
  const Posterior whole = model->encode(time_major(input), control_in_time);
  const Latents engine_whole = engine.encode(span_of(seen));
  expect_close(engine_whole.mu, whole.mu, tolerance::latent);
  expect_close(engine_whole.sigma, whole.sigma, tolerance::latent);
  if (config.encoder.levels.empty()) {
    const Posterior parts = model->encode(time_major(input), control_in_time, torch::tensor(lengths, torch::kInt64));
    const Latents engine_parts = engine.encode(span_of(seen), lengths);
    expect_close(engine_parts.mu, parts.mu, tolerance::latent);
    expect_close(engine_parts.sigma, parts.sigma, tolerance::latent);
  }

  const torch::Tensor z = torch::randn({windows, config.latent}, generator);
  const torch::Tensor logits = model->decode(time_major(target), z, control_in_time);
  const auto controls = control.defined() ? span_of(control) : std::span<const float>();
  expect_close(engine.decode_teacher_forced(span_of(z), span_of(target), controls), time_major(as_groove(config, logits)),
               tolerance::logits);
}

// `evaluate` reports the same loss as the one in training.
TEST(Evaluation, IsTheTrainingLoss) {
  const torch::NoGradGuard no_grad;
  const test::TempFolder folder;
  test::make_small_groove_release(folder / "groove");
  for (const char* name : {"groovae_4bar", "hier-groove_4bar", "groovae_2bar_humanize", "groovae_2bar_hits_control", "cat-drums_2bar_small",
                           "nade-drums_2bar_reduced", "groovae_4bar_lookback", "groovae_2bar_tap_lookback"}) {
    const ModelConfig config = small(named_config(name));
    MusicVae model(config);
    const at::Generator generator = at::detail::createCPUGenerator(8);
    for (auto& [tensor_name, tensor] : model->tensors()) tensor.normal_(0.0, 0.2, generator);
    const musicvae::MusicVae engine(config, model->weights());
    const data::WindowSet set = data::open_windows(folder / "groove", {.converter = data::GrooveConverter({.bars = config.steps / 16})});

    const std::vector<std::size_t> test = set.windows(data::Split::test);
    const auto steps = static_cast<std::size_t>(config.steps);
    const auto tensor = [&](int width) { return torch::zeros({static_cast<std::int64_t>(test.size()), config.steps, width}); };
    torch::Tensor input = tensor(config.input_depth());
    torch::Tensor control = tensor(config.control_depth());
    torch::Tensor target = tensor(config.output_depth());
    const auto row_of = [&](torch::Tensor& all, std::size_t window, std::size_t step) {
      const auto width = static_cast<std::size_t>(all.size(2));
      return std::span(all.data_ptr<float>() + (window * steps + step) * width, width);
    };
    for (std::size_t w = 0; w < test.size(); ++w) {
      const std::vector<float> rows = representation_of<DrumSequence>(config).rows(groove_of(set, test[w]));
      const std::size_t width = rows.size() / steps;
      for (std::size_t step = 0; step < steps; ++step) {
        const std::span<const float> row = std::span(rows).subspan(step * width, width);
        config.representation->write_input(row, {}, row_of(input, w, step));
        config.representation->write_control(row, {}, row_of(control, w, step));
        config.representation->write_target(config.head->output(), row, row_of(target, w, step));
      }
    }
    const auto time_major = [](const torch::Tensor& x) { return x.transpose(0, 1).contiguous(); };
    const torch::Tensor control_in_time = config.control_depth() > 0 ? time_major(control) : torch::Tensor();
    const Posterior posterior = model->encode(time_major(input), control_in_time);
    const torch::Tensor logits = model->decode(time_major(target), posterior.mu, control_in_time);
    const std::vector<LossPart> parts = head_of(config).loss(config, logits, time_major(target));
    const bool same_errors = config.head->name() != "feel";  // a feel head's loss is over bins, but evaluate compares the means
    const auto mean = [&](std::size_t part) {
      return part < parts.size() ? parts[part].steps.sum(0, false, torch::kFloat64).mean().item<double>() : 0.0;
    };

    const evaluation::ReconstructionReport report = evaluation::evaluate(engine, set, {.samples = 1, .pairs = 0}).reconstruction;
    EXPECT_EQ(report.windows, test.size());
    EXPECT_NEAR(report.from_mean.hits_nll, mean(0), 1e-5 * mean(0)) << name;
    if (same_errors) {
      EXPECT_NEAR(report.from_mean.velocity_error, mean(1), 1e-5 * mean(1) + 1e-9) << name;
      EXPECT_NEAR(report.from_mean.offset_error, mean(2), 1e-5 * mean(2) + 1e-9) << name;
    }
    const double kl = kl_divergence(posterior).mean().item<double>();
    EXPECT_NEAR(report.kl, kl, 1e-4 * kl) << name;
    if (same_errors) {
      EXPECT_NEAR(report.from_mean.elbo, -(mean(0) + mean(1) + mean(2) + kl), 1e-5 * (mean(0) + kl)) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryKind, EngineDifference, testing::ValuesIn(configs()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace musicvae::train

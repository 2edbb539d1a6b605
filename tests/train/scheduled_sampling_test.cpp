// Scheduled sampling: the decoder takes its own choices as input where it should, and learns as if they had been given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/music_vae.hpp"
#include "musicvae/train/schedule.hpp"
#include "tiny_model.hpp"

namespace musicvae::train {
namespace {

constexpr std::int64_t kWindows = 6;

class ScheduledSamplingTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    torch::set_num_threads(1);
    model_->load(test::tiny_model(config_).weights, "tiny");
    target_ = random_target();
    z_ = torch::randn({kWindows, config_.latent}, generator_);
    uniforms_ = torch::rand({config_.steps, kWindows, 1 + head_of(config_).draws(config_)}, generator_);
  }

  torch::Tensor random_target() {
    const torch::Tensor noise = torch::rand({config_.steps, kWindows, config_.output_depth()}, generator_);
    if (config_.head->name() != "categorical") return noise.round();
    std::vector<torch::Tensor> groups;
    std::int64_t at = 0;
    for (const int width : one_hot_groups(config_)) {
      groups.push_back(torch::one_hot(noise.narrow(2, at, width).argmax(2), width).to(torch::kFloat32));
      at += width;
    }
    return torch::cat(groups, 2);
  }
  // The choices that the model made from these logits.
  [[nodiscard]] torch::Tensor choices(const torch::Tensor& logits) const {
    std::vector<torch::Tensor> steps;
    for (std::int64_t t = 0; t < config_.steps; ++t) {
      steps.push_back(head_of(config_).choose(config_, nullptr, logits[t], uniforms_[t].narrow(1, 1, head_of(config_).draws(config_))));
    }
    return torch::stack(steps);
  }

  // The decoder's inputs when they always are its own choices.
  [[nodiscard]] torch::Tensor fed(const torch::Tensor& logits) const {
    torch::Tensor chosen = choices(logits);
    if (!config_.training.sampling_feel) {  // a hit that is also in the target gets the target's velocity and offset
      const torch::Tensor hits = chosen.narrow(2, 0, 9).repeat({1, 1, 3});
      chosen = torch::where((hits == 1) & (target_.narrow(2, 0, 9).repeat({1, 1, 3}) == 1), target_, chosen);
    }
    if (config_.conductor && config_.decoder.lookback.empty()) {  // each subsequence begins with the target
      const std::int64_t bar = config_.steps / config_.conductor->segments;
      for (std::int64_t t = bar - 1; t < config_.steps; t += bar) chosen[t] = target_[t];
    }
    return chosen;
  }

  ModelConfig config_ = test::tiny_config(named_config(GetParam()));
  MusicVae model_{config_};
  at::Generator generator_ = at::detail::createCPUGenerator(4);
  torch::Tensor target_, z_, uniforms_;
};

TEST_P(ScheduledSamplingTest, NeverIsTeacherForcing) {
  const torch::Tensor forced = model_->decode(target_, z_);
  EXPECT_TRUE(torch::equal(model_->decode(target_, z_, {}, {}, {0.0, uniforms_}), forced));
  EXPECT_FALSE(torch::equal(model_->decode(target_, z_, {}, {}, {0.5, uniforms_}), forced));
}

// With its choices as given inputs and the same dropout, the decoder outputs the same logits: both passes have the same inputs and masks.
TEST_P(ScheduledSamplingTest, AlwaysIsFedItsOwnChoices) {
  const Dropout dropout{.keep = 0.7, .seed = 11};
  const torch::Tensor led = model_->decode(target_, z_, {}, dropout, {1.0, uniforms_});
  const torch::Tensor chosen = fed(led);
  EXPECT_FALSE(torch::equal(chosen, target_));
  // Values drawn from a feel head are continuous, and where a distribution is thin this magnifies rounding: 2.1e-5 with AVX-512 and AMX.
  const double atol = config_.head->name() == "feel" ? 1e-4 : 1e-5;
  EXPECT_TRUE(torch::allclose(model_->decode(chosen, z_, {}, dropout), led, 1e-4, atol));
}

TEST_P(ScheduledSamplingTest, GradientsAreThoseOfTheInputsAsGiven) {
  const torch::Tensor led = model_->decode(target_, z_, {}, {}, {1.0, uniforms_});
  const torch::Tensor chosen = fed(led.detach());
  const torch::Tensor weight = torch::randn(led.sizes(), generator_);
  const auto gradient = [&](const torch::Tensor& logits) {
    for (torch::Tensor& parameter : model_->parameters()) parameter.mutable_grad().reset();
    (logits * weight).sum().backward();
    std::vector<torch::Tensor> result;
    for (const auto& [name, tensor] : model_->tensors()) {
      if (tensor.grad().defined()) result.push_back(tensor.grad().flatten());
    }
    return torch::cat(result);
  };
  const torch::Tensor ours = gradient(led);
  EXPECT_LT(((ours - gradient(model_->decode(chosen, z_))).norm() / ours.norm()).item<double>(), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Configs, ScheduledSamplingTest,
                         testing::Values("cat-drums_2bar_small", "groovae_2bar_humanize", "groovae_4bar_lookback", "hier-groove_4bar",
                                         "hier-groove_4bar_lookback", "flat-trio_16bar", "trio_4bar"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(NadeChoice, IsTheLikelierGivenWhatWasChosen) {
  const ModelConfig config = test::tiny_config(named_config("nade-drums_2bar_reduced"));
  MusicVae model(config);
  model->load(test::tiny_model(config).weights, "tiny");
  const at::Generator generator = at::detail::createCPUGenerator(4);
  const torch::Tensor z = torch::randn({kWindows, config.latent}, generator);
  const torch::Tensor uniforms = torch::zeros({config.steps, kWindows, 1});
  // A free run is a fixed point: with it as the target, the choices are the target itself.
  torch::Tensor target = torch::zeros({config.steps, kWindows, config.output_depth()});
  for (int round = 0; round < config.steps * (config.output_depth() + 1); ++round) {
    const torch::Tensor chosen = (model->decode(target, z, {}, {}, {1.0, uniforms}) >= 0).to(torch::kFloat32);
    if (torch::equal(chosen, target)) break;
    target = chosen;
  }
  EXPECT_TRUE(torch::equal((model->decode(target, z, {}, {}, {1.0, uniforms}) >= 0).to(torch::kFloat32), target));
  EXPECT_TRUE(torch::allclose(model->decode(target, z), model->decode(target, z, {}, {}, {1.0, uniforms}), 1e-4, 1e-5));
  EXPECT_GT(target.sum().item<float>(), 0.0F);
}

TEST(SamplingProbability, FollowsItsSchedule) {
  TrainingConfig training;
  EXPECT_EQ(sampling_probability(training, 1000), 0.0);
  training.sampling_rate = 0.25;
  EXPECT_EQ(sampling_probability(training, 7), 0.25);
  training.sampling_schedule = SamplingSchedule::exponential;
  training.sampling_rate = 0.5;
  EXPECT_EQ(sampling_probability(training, 0), 0.0);
  EXPECT_EQ(sampling_probability(training, 2), 0.75);
  training.sampling_schedule = SamplingSchedule::inverse_sigmoid;
  training.sampling_rate = 1000.0;
  EXPECT_NEAR(sampling_probability(training, 0), 1.0 / 1001.0, 1e-12);
  EXPECT_NEAR(sampling_probability(training, 6908), 0.5, 1e-3);  // exp(step / k) = k at k ln k
  EXPECT_EQ(sampling_probability(training, 1'000'000'000), 1.0);
}

// The share of replaced steps equals the probability; the other steps keep the target.
TEST(ScheduledShare, IsTheProbability) {
  const ModelConfig config = test::tiny_config(named_config("cat-drums_2bar_small"));
  MusicVae model(config);
  model->load(test::tiny_model(config).weights, "tiny");
  DecoderImpl decoder(config);
  const at::Generator generator = at::detail::createCPUGenerator(2);
  constexpr std::int64_t windows = 200;
  const torch::Tensor truth = torch::full({config.steps, windows, config.output_depth()}, -1.0F);  // different from any choice
  const torch::Tensor uniforms = torch::rand({config.steps, windows, 2}, generator);
  torch::Tensor made = truth.clone();
  decoder.apply_scheduled_sampling(made,
                                   {.previous = {}, .embedding = torch::zeros({windows, config.latent}), .control = {}, .dropout_site = {}},
                                   {0.3, uniforms}, Pass{});
  EXPECT_TRUE(torch::equal(made[config.steps - 1], truth[0])) << "nobody sees the last";
  const torch::Tensor own = (made >= 0).all(2).narrow(0, 0, config.steps - 1);
  EXPECT_TRUE(torch::equal(own, uniforms.narrow(0, 0, config.steps - 1).select(2, 0) < 0.3));
  EXPECT_NEAR(own.to(torch::kFloat64).mean().item<double>(), 0.3, 4 * std::sqrt(0.3 * 0.7 / (31 * windows)));
}

}  // namespace
}  // namespace musicvae::train

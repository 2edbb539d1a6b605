// The feel head and the other ways to learn velocity and timing: losses computed by hand, and choices compared with the engine's.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "musicvae/model/heads/feel.hpp"
#include "musicvae/model/representations/tensors.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/numerics/layout.hpp"
#include "musicvae/train/head.hpp"
#include "musicvae/train/loss.hpp"

namespace musicvae::train {
namespace {

double log_loss(double logit, double hit) {
  const double p = 1.0 / (1.0 + std::exp(-logit));
  return -(hit * std::log(p + 1e-7) + (1.0 - hit) * std::log(1.0 - p + 1e-7));
}

ModelConfig feel_config(int depth, int bins, int components) {
  return {.name = "feel",
          .steps = 1,
          .representation = TensorsRepresentation({.output = depth}),
          .head = FeelHead({.bins = bins, .components = components})};
}

TEST(FeelLoss, IsMinusLogPOfTheBinsOfHits) {
  const ModelConfig config = feel_config(6, 4, 2);
  ASSERT_EQ(logit_depth(config), 2 + 2 * 6 + 2 * 6);
  std::vector<float> logits = {0.5F, -0.5F};
  for (int i = 0; i < 24; ++i) logits.push_back(0.3F * static_cast<float>(i % 5) - 0.6F);
  // For the mixture whose logits start at `first`: -log of the probability between two edges.
  const auto minus_log_p = [&](std::size_t first, double low, double from, double to) {
    double p = 0.0;
    double weights = 0.0;
    for (std::size_t k = 0; k < 2; ++k) {
      const double weight = std::exp(double{logits[first + k]});
      const double mean = low + (1.0 - low) * (static_cast<double>(k) + 0.5) / 2.0 + double{logits[first + 2 + k]};
      const double scale = std::exp(double{logits[first + 4 + k]}) * (1.0 - low) / 4.0;
      const auto below = [&](double edge) { return 1.0 / (1.0 + std::exp(-(edge - mean) / scale)); };
      p += weight * (below(to) - below(from));
      weights += weight;
    }
    return -std::log(p / weights);
  };
  // The first drum is hit, with a velocity in the last bin (which includes 1) and an offset in the second, [-0.5, 0). The other is not.
  const torch::Tensor target = torch::tensor({1.0F, 0.0F, 1.0F, 0.0F, -0.1F, 0.0F}).reshape({1, 1, 6});
  const std::vector<LossPart> parts =
      head_of(config).loss(config, torch::tensor(logits).reshape({1, 1, static_cast<std::int64_t>(logits.size())}), target);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_NEAR(parts[0].steps.item<double>(), log_loss(0.5, 1.0) + log_loss(-0.5, 0.0), 1e-5);
  EXPECT_NEAR(parts[1].steps.item<double>(), minus_log_p(2, 0.0, 0.75, 1e3), 1e-5);
  EXPECT_NEAR(parts[2].steps.item<double>(), minus_log_p(14, -1.0, -0.5, 0.0), 1e-5);
}

TEST(FeelLoss, HasGradientsFarFromAllComponents) {
  const ModelConfig config = feel_config(3, 24, 1);
  torch::Tensor logits = torch::tensor({0.0F, 0.0F, -0.4F, -2.0F, 0.0F, 9.0F, 9.0F}).reshape({1, 1, 7}).requires_grad_();
  for (const float velocity : {0.0F, 0.5F, 1.0F}) {
    const torch::Tensor target = torch::tensor({1.0F, velocity, -1.0F}).reshape({1, 1, 3});
    const std::vector<LossPart> parts = head_of(config).loss(config, logits, target);
    const torch::Tensor gradient = torch::autograd::grad({parts[1].steps + parts[2].steps}, {logits})[0];
    EXPECT_TRUE(gradient.isfinite().all().item<bool>());
    EXPECT_NE(gradient[0][0][2].item<float>(), 0.0F) << velocity;
  }
}

TEST(FeelLoss, OfTheGrooveHeadMayCountHitsOnly) {
  ModelConfig config{.name = "groove", .steps = 1, .representation = TensorsRepresentation({.output = 6})};
  const torch::Tensor logits = torch::zeros({1, 1, 6});
  const torch::Tensor target = torch::tensor({1.0F, 0.0F, 0.75F, 0.0F, 0.5F, 0.0F}).reshape({1, 1, 6});
  const auto part = [&](std::size_t i) { return head_of(config).loss(config, logits, target)[i].steps.item<double>(); };
  EXPECT_NEAR(part(1), 0.25 * 0.25 + 0.5 * 0.5, 1e-6) << "the silent drum's velocity is 0, not the 0.5 that is said";
  config.training.feel_on_hits = true;
  EXPECT_NEAR(part(1), 0.25 * 0.25, 1e-6);
  EXPECT_NEAR(part(2), 0.5 * 0.5, 1e-6);
}

TEST(FeelLoss, WeighsWhatComesAfterTheHits) {
  ModelConfig config{.name = "groove", .steps = 1, .representation = TensorsRepresentation({.output = 6})};
  const torch::Tensor target = torch::tensor({1.0F, 0.0F, 0.75F, 0.0F, 0.5F, 0.0F}).reshape({1, 1, 6});
  Reconstruction result;
  result.logits = torch::zeros({1, 1, 6});
  result.posterior = {torch::zeros({1, 2}), torch::ones({1, 2})};
  Batch batch;
  batch.target = target;
  const auto parts = [&](const Loss& loss, std::size_t i) { return loss.parts[i].steps.item<double>(); };
  for (const double weight : {1.0, 0.1, 0.0}) {
    config.training.feel_weight = weight;
    const Loss loss = compute_loss(config, result, batch, 0);
    EXPECT_NEAR(loss.total.item<double>(), parts(loss, 0) + weight * (parts(loss, 1) + parts(loss, 2)), 1e-6) << weight;
    EXPECT_NEAR(parts(loss, 1), 0.3125, 1e-6) << "a part is reported as it is";
  }
}

TEST(FeelChoice, IsTheEngines) {
  const ModelConfig config{.name = "feel", .steps = 1, .head = FeelHead({.bins = 11, .components = 3})};
  const at::Generator generator = at::detail::createCPUGenerator(3);
  ASSERT_EQ(head_of(config).draws(config), 27);
  const auto chooser = config.head->choosers(config, {}, numerics::kernels(numerics::best_isa()))(0);
  const int width = logit_depth(config);
  int hits = 0;
  for (int i = 0; i < 50; ++i) {
    const torch::Tensor logits = torch::randn({1, width}, generator) * 2;
    const torch::Tensor uniforms = torch::rand({1, 27}, generator);
    const torch::Tensor ours = head_of(config).choose(config, nullptr, logits, uniforms);
    numerics::Rows row(1, width);
    std::copy_n(logits.const_data_ptr<float>(), width, row.row(0));
    std::vector<float> theirs(27);
    chooser->choose(row.row(0), 27, {.temperature = 1.0F, .feel_temperature = 1.0F}, std::span(uniforms.const_data_ptr<float>(), 27), {},
                    theirs.data(), nullptr);
    for (int c = 0; c < 27; ++c) ASSERT_NEAR(ours[0][c].item<float>(), theirs[static_cast<std::size_t>(c)], 1e-4) << i << ", " << c;
    hits += static_cast<int>(std::count(theirs.begin(), theirs.begin() + 9, 1.0F));
  }
  EXPECT_GT(hits, 100);
}

}  // namespace
}  // namespace musicvae::train

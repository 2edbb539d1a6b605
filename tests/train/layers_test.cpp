// The parts that parity depends on: the layout change, dropout, reversing by length, names, fresh weights.
#include "musicvae/train/layers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "musicvae/error.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/train/adam.hpp"
#include "musicvae/train/encoder.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/music_vae.hpp"
#include "musicvae/train/schedule.hpp"
#include "tolerances.hpp"

namespace musicvae::train {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

at::Generator generator(std::uint64_t seed) {
  return at::detail::createCPUGenerator(seed);
}

// TensorFlow's LSTMCell as documented, one step at a time: gates i, c~, f, o of [x | h] kernel + bias, forget bias 1.
torch::Tensor tensorflow_lstm(const torch::Tensor& kernel, const torch::Tensor& bias, const torch::Tensor& x, torch::Tensor c,
                              torch::Tensor h) {
  std::vector<torch::Tensor> outputs;
  for (std::int64_t t = 0; t < x.size(0); ++t) {
    const std::vector<torch::Tensor> gates = (torch::matmul(torch::cat({x[t], h}, 1), kernel) + bias).chunk(4, 1);
    c = torch::sigmoid(gates[2] + 1.0) * c + torch::sigmoid(gates[0]) * torch::tanh(gates[1]);
    h = torch::sigmoid(gates[3]) * torch::tanh(c);
    outputs.push_back(h);
  }
  return torch::stack(outputs);
}

TEST(TorchLstmLayout, IsTensorFlowsCell) {
  const at::Generator random = generator(1);
  const torch::Tensor kernel = torch::randn({3 + 5, 4 * 5}, random).requires_grad_();
  const torch::Tensor bias = torch::randn({4 * 5}, random).requires_grad_();
  const torch::Tensor x = torch::randn({6, 2, 3}, random);
  const LstmState start{.c = torch::randn({2, 5}, random), .h = torch::randn({2, 5}, random)};

  const TorchLstmWeights weights = to_torch_lstm(kernel, bias);
  const auto [outputs, last_h, last_c] =
      at::lstm(x, {start.h.unsqueeze(0), start.c.unsqueeze(0)}, {weights.input, weights.hidden, weights.bias, weights.hidden_bias}, true, 1,
               0.0, true, false, false);
  const torch::Tensor expected = tensorflow_lstm(kernel, bias, x, start.c, start.h);
  EXPECT_LT((outputs - expected).abs().max().item<double>(), tolerance::latent);

  // The gradient has the joint kernel's own layout.
  const torch::Tensor weight = torch::randn({6, 2, 5}, random);
  const auto ours = torch::autograd::grad({(outputs * weight).sum()}, {kernel, bias});
  const auto theirs = torch::autograd::grad({(expected * weight).sum()}, {kernel, bias});
  for (std::size_t i = 0; i < 2; ++i) EXPECT_LT(((ours[i] - theirs[i]).norm() / theirs[i].norm()).item<double>(), tolerance::gradient);
}

TEST(LstmStack, SplitsTheInitialStateAsTheReferenceDoes) {
  LstmStack stack(std::vector<LstmLayerSpec>{{.inputs = 3, .units = 2, .cell = "cell_0"}, {.inputs = 2, .units = 1, .cell = "cell_1"}},
                  "initial", 1);
  const torch::NoGradGuard no_grad;
  for (auto& item : stack->named_parameters()) {
    if (item.key() == "initial.kernel") item.value().copy_(torch::arange(1, 7).reshape({1, 6}));
  }
  const std::vector<LstmState> states = stack->initial_state(torch::full({1, 1}, 0.1));
  const auto expected = [](std::vector<double> values) { return torch::tanh(torch::tensor(values, torch::kFloat32)).unsqueeze(0); };
  EXPECT_TRUE(torch::allclose(states[0].c, expected({0.1, 0.2})));
  EXPECT_TRUE(torch::allclose(states[0].h, expected({0.3, 0.4})));
  EXPECT_TRUE(torch::allclose(states[1].c, expected({0.5})));
  EXPECT_TRUE(torch::allclose(states[1].h, expected({0.6})));
  EXPECT_TRUE(torch::allclose(flatten(states), expected({0.1, 0.2, 0.3, 0.4, 0.5, 0.6})));
}

TEST(Dropout, KeepsItsShareWithAFreshMaskEachStep) {
  const torch::Tensor x = torch::ones({64, 100, 50});
  const torch::Tensor y = Dropout{.keep = 0.3, .seed = 2}(x, {});
  const double kept = (y != 0).to(torch::kFloat64).mean().item<double>();
  EXPECT_NEAR(kept, 0.3, 4 * std::sqrt(0.3 * 0.7 / 320000));  // 4 standard deviations
  EXPECT_TRUE(torch::allclose(y.masked_select(y != 0), torch::tensor(1.0F / 0.3F)));
  for (std::int64_t t = 1; t < 64; ++t) EXPECT_FALSE(torch::equal(y[t], y[t - 1])) << t;
  EXPECT_TRUE(torch::equal(Dropout{.keep = 1.0}(x, {}), x));
}

TEST(ReverseValid, TurnsOnlyTheValidPart) {
  const torch::Tensor x = torch::tensor({1.0, 2.0, 3.0, 4.0}).reshape({4, 1, 1}).repeat({1, 3, 1});
  const torch::Tensor y = reverse_valid(x, torch::tensor({4, 1, 3}, torch::kInt64)).squeeze(2).t();
  EXPECT_TRUE(torch::equal(y[0], torch::tensor({4.0, 3.0, 2.0, 1.0})));
  EXPECT_TRUE(torch::equal(y[1], torch::tensor({1.0, 2.0, 3.0, 4.0})));
  EXPECT_TRUE(torch::equal(y[2], torch::tensor({3.0, 2.0, 1.0, 4.0})));
}

ModelConfig small_config() {
  ModelConfig config{.name = "small", .steps = 8, .encoder = {.units = {40, 24}}, .latent = 12, .decoder = {.units = {48, 16}}};
  config.conductor = ConductorConfig{.units = {20, 28}, .segments = 2, .autoregressive = true};
  return config;
}

TEST(MusicVae, HasTheTensorsOfItsConfig) {
  const MusicVae model(small_config());
  const std::vector<NamedTensor> tensors = model->tensors();
  const std::vector<TensorSpec> specs = tensor_specs(small_config());
  ASSERT_EQ(tensors.size(), specs.size());
  ASSERT_EQ(tensors.size(), model->parameters().size());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    EXPECT_EQ(tensors[i].first, specs[i].name);
    EXPECT_EQ(tensors[i].second.sizes().vec(), specs[i].shape) << specs[i].name;
  }
}

TEST(MusicVae, FreshWeightsAreDrawnAsTensorFlowDrawsThem) {
  MusicVae model(small_config());
  model->initialize(3);
  for (const auto& [name, tensor] : model->tensors()) {
    const double largest = tensor.abs().max().item<double>();
    if (tensor.dim() == 1) {
      EXPECT_EQ(largest, 0.0) << name;
    } else if (name.find("lstm_cell") != std::string::npos || name.find("output_projection") != std::string::npos) {
      const double limit = std::sqrt(6.0 / static_cast<double>(tensor.size(0) + tensor.size(1)));
      EXPECT_LE(largest, limit) << name;
      EXPECT_GT(largest, 0.98 * limit) << name;
    } else {
      EXPECT_NEAR(tensor.std().item<double>(), 1e-3, 2e-4) << name;
    }
  }
}

TEST(MusicVae, TheSeedDecidesTheWeights) {
  MusicVae a(small_config());
  MusicVae b(small_config());
  a->initialize(3);
  b->initialize(3);
  EXPECT_EQ(a->weights(), b->weights());
  b->initialize(4);
  EXPECT_NE(a->weights(), b->weights());
  b->load(a->weights(), "a");
  EXPECT_EQ(a->weights(), b->weights());
}

TEST(MusicVae, RefusesWeightsAndBatchesThatDoNotFit) {
  MusicVae model(small_config());
  Weights weights = model->weights();
  weights.erase("encoder/mu/bias");
  EXPECT_THAT([&] { model->load(weights, "file"); }, ThrowsMessage<ModelError>(HasSubstr("encoder/mu/bias")));

  const torch::Tensor x = torch::zeros({8, 2, 27});
  const torch::Tensor eps = torch::zeros({2, 12});
  EXPECT_THAT(
      [&] {
        (void)model(Batch{.input = x, .target = torch::zeros({8, 2, 26})}, eps);
      },
      ThrowsMessage<ArgumentError>(HasSubstr("target has shape [8, 2, 26]; it must have [8, 2, 27]")));
  EXPECT_THAT(
      [&] {
        (void)model(Batch{.input = x, .target = x, .lengths = torch::tensor({8, 0}, torch::kInt64)}, eps);
      },
      ThrowsMessage<ArgumentError>(HasSubstr("a length is out of range")));
  EXPECT_THAT([&] { (void)model(Batch{.input = x, .target = x, .control = x}, eps); },
              ThrowsMessage<ArgumentError>(HasSubstr("no control track")));
}

TEST(Schedule, BetaIsZeroAtTheFirstStepOnly) {
  const TrainingConfig config;
  EXPECT_EQ(beta(config, 0), 0.0);
  EXPECT_EQ(beta(config, 1), 0.2);
  EXPECT_EQ(beta(config, 50000), 0.2);
  EXPECT_DOUBLE_EQ(learning_rate(config, 0), 1e-3);
  EXPECT_NEAR(learning_rate(config, 1000000), 1e-5, 1e-12);
}

TEST(ClipGradients, ScalesAndZeroes) {
  TrainingConfig config;
  torch::Tensor parameter = torch::zeros({2});
  const std::vector<torch::Tensor> parameters = {parameter};
  const auto clipped = [&](double a, double b) {
    parameter.mutable_grad() = torch::tensor({static_cast<float>(a), static_cast<float>(b)});
    (void)clip_gradients(parameters, config);
    return std::pair(parameter.grad()[0].item<float>(), parameter.grad()[1].item<float>());
  };
  EXPECT_EQ(clipped(0.3, 0.4), std::pair(0.3F, 0.4F));
  EXPECT_FLOAT_EQ(clipped(30, 40).first, 0.6F);
  EXPECT_EQ(clipped(0, 10000), std::pair(0.0F, 0.0F));
  EXPECT_EQ(clipped(0, std::numeric_limits<double>::quiet_NaN()), std::pair(0.0F, 0.0F));
  EXPECT_FLOAT_EQ(clipped(0, 9999).second, 1.0F);
}

TEST(Adam, MovesItsStateWhenTheGradientsAreZeroed) {
  torch::Tensor parameter = torch::zeros({1});
  Adam adam({parameter});
  parameter.mutable_grad() = torch::ones({1});
  adam.step(1e-3);
  const float before = parameter.item<float>();
  EXPECT_NEAR(before, -1e-3, 1e-8);
  parameter.mutable_grad().zero_();
  adam.step(1e-3);
  EXPECT_NEAR(adam.m[0].item<float>(), 0.9 * 0.1, 1e-7);
  EXPECT_LT(parameter.item<float>(), before);  // the first moment still moves it
}

TEST(Adam, ResumesWithTheBiasCorrectionOfItsUpdates) {
  torch::Tensor whole = torch::zeros({3});
  Adam first({whole});
  const auto update = [](Adam& adam, torch::Tensor& parameter, float gradient) {
    parameter.mutable_grad() = torch::full({3}, gradient);
    adam.step(1e-3);
  };
  for (int i = 0; i < 5; ++i) update(first, whole, static_cast<float>(i) - 1.5F);
  torch::Tensor part = whole.clone();
  Adam second({part});
  second.m[0].copy_(first.m[0]);
  second.v[0].copy_(first.v[0]);
  second.resume(5);
  update(first, whole, 0.5F);
  update(second, part, 0.5F);
  EXPECT_TRUE(torch::equal(whole, part));
}

TEST(Adam, AddsEpsilonBeforeTheBiasCorrection) {
  torch::Tensor parameter = torch::zeros({1});
  Adam adam({parameter});
  parameter.mutable_grad() = torch::full({1}, 1e-7);
  adam.step(1.0);
  // lr sqrt(1 - b2) / (1 - b1) * 0.1 g / (sqrt(0.001) g + 1e-8). Adding epsilon after the correction would give -0.909.
  EXPECT_NEAR(parameter.item<float>(), -std::sqrt(0.001) * 1e-7 / (std::sqrt(0.001) * 1e-7 + 1e-8), 1e-5);  // 1 - 0.999 in float32
}

}  // namespace
}  // namespace musicvae::train

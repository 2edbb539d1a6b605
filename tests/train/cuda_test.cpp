// Training on a GPU compared with training on the CPU. If LibTorch finds no GPU, all tests are skipped with a message.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "batch_loader.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/trainer.hpp"
#include "temp_folder.hpp"
#include "tolerances.hpp"
#include "window_batches.hpp"

namespace musicvae::train {
namespace {

ModelConfig small_config() {
  ModelConfig config{.name = "small", .steps = 16, .encoder = {.units = {24}}, .latent = 8, .decoder = {.units = {20, 20}}};
  config.training.batch = 8;
  config.training.free_bits = 1;
  config.training.dropout_keep = 1.0;  // a GPU draws different masks
  return config;
}

// `count` windows for training and as many for validation, all different.
data::WindowSet some_windows(int count) {
  data::WindowSetWriter writer({.steps = 16, .depth = kDrumTensorDepth});
  for (const data::Split split : {data::Split::train, data::Split::validation}) {
    data::FileWindows file;
    for (int w = 0; w < count; ++w) {
      DrumSequence sequence(16);
      for (int t = 0; t < 16; ++t) {
        if ((t + w) % 3 == 0) sequence.set(t, static_cast<Drum>((t + w) % kDrums), 0.25F + 0.01F * static_cast<float>(w), 0.5F);
      }
      file.windows.push_back({.first_row = std::int64_t{16} * w, .bar = w});
      file.rows.resize(file.rows.size() + 16 * kDrumTensorDepth);
      to_tensor(sequence, std::span(file.rows).last(16 * kDrumTensorDepth));
    }
    writer.add({.path = std::string(data::name(split)), .split = split}, file);
  }
  return writer.finish();
}

class CudaTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!torch::cuda::is_available()) GTEST_SKIP() << "LibTorch finds no CUDA device here";
  }

  // Loss and gradient norm of one batch, with eps 0.5 everywhere and the weights of seed 4.
  static std::pair<double, double> loss_and_gradients(torch::Device device, LstmMode lstm) {
    const data::WindowSet windows = some_windows(8);
    MusicVae model(small_config());
    model->initialize(4);
    model->to(device);
    model->lstm = lstm;
    const Batch batch = make_batch(model->config(), windows, windows.windows(data::Split::train), device);
    const Loss loss = compute_loss(model->config(), model(batch, torch::full({8, 8}, 0.5F, device)), batch, 100);
    loss.total.backward();
    double squares = 0.0;
    for (const auto& [name, tensor] : model->tensors()) squares += tensor.grad().square().sum(torch::kFloat64).item<double>();
    return {loss.total.item<double>(), std::sqrt(squares)};
  }

  TrainerOptions options(const std::string& device, std::int64_t steps, bool resume) {
    TrainerOptions result;
    result.out = folder_ / "run";
    result.steps = steps;
    result.device = device;
    result.validate_every = 1;
    result.checkpoint_every = 1;
    result.resume = resume;
    return result;
  }

  const torch::Device gpu_{torch::kCUDA, 0};
  test::TempFolder folder_;
};

TEST_F(CudaTest, AStepIsThatOfTheCpu) {
  const auto [loss, norm] = loss_and_gradients(torch::kCPU, {.path = LstmPath::fused});
  for (const LstmPath path : {LstmPath::library, LstmPath::unfused}) {
    const auto [gpu_loss, gpu_norm] = loss_and_gradients(gpu_, {.path = path});
    EXPECT_NEAR(gpu_loss / loss, 1.0, tolerance::between_devices);
    EXPECT_NEAR(gpu_norm / norm, 1.0, 10 * tolerance::between_devices);
  }
}

TEST_F(CudaTest, Bfloat16IsNearFloat32) {
  const auto [loss, norm] = loss_and_gradients(gpu_, {.path = LstmPath::library});
  const auto [rough_loss, rough_norm] = loss_and_gradients(gpu_, {.path = LstmPath::library, .precision = Precision::bf16});
  EXPECT_NE(rough_loss, loss);
  EXPECT_NEAR(rough_loss / loss, 1.0, tolerance::bf16_loss);
  EXPECT_NEAR(rough_norm / norm, 1.0, 5 * tolerance::bf16_loss);
}

TEST_F(CudaTest, TheLoadersBatchesAreTheHostsHoweverFarTheGpuIsBehind) {
  const BatchPlan plan{
      .config = small_config(), .windows = some_windows(40), .indices = {3, 1, 4, 15, 9, 2, 6, 5, 35}, .seed = 2, .batch = 4};
  BatchLoader on_host(plan, 3, torch::kCPU);
  BatchLoader on_gpu(plan, 3, gpu_);
  std::vector<torch::Tensor> expected;
  std::vector<torch::Tensor> seen;
  torch::Tensor busy = torch::eye(2048, gpu_);
  for (int i = 0; i < 30; ++i) {
    expected.push_back(on_host.next().batch.input.clone());
    const Batch batch = on_gpu.next().batch;
    EXPECT_EQ(batch.input.device(), gpu_);
    for (int k = 0; k < 20; ++k) busy = torch::matmul(busy, busy);  // the GPU reads the batch long after this thread has moved on
    seen.push_back(batch.input.clone());
  }
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_TRUE(torch::equal(seen[i].cpu(), expected[i])) << "batch " << i;
}

TEST_F(CudaTest, ACheckpointGoesOnOnTheOtherDevice) {
  ModelConfig config = small_config();
  config.training.learning_rate = config.training.min_learning_rate = 1e-9;  // weights stay the same, so that losses compare
  const data::WindowSet windows = some_windows(8);
  std::vector<double> losses;
  std::int64_t steps = 0;
  for (const char* device : {"cuda", "cpu", "cuda"}) {
    Trainer trainer(config, windows, options(device, steps + 2, steps > 0));
    EXPECT_EQ(trainer.step(), steps);
    trainer.run(nullptr, {.validation = [&](const ValidationMetrics& metrics) { losses.push_back(metrics.mean.loss); }});
    steps += 2;
  }
  ASSERT_EQ(losses.size(), 6U);
  for (const double loss : losses) EXPECT_NEAR(loss / losses[0], 1.0, tolerance::between_devices);
}

TEST_F(CudaTest, LearnsWithoutWaitingForTheBus) {
  ModelConfig config = small_config();
  config.training.learning_rate = 0.01;
  std::vector<StepMetrics> seen;
  Trainer(config, some_windows(40), options("cuda", 60, false)).run(nullptr, {.step = [&](const StepMetrics& m) { seen.push_back(m); }});
  ASSERT_EQ(seen.size(), 60U);
  EXPECT_LT(seen.back().terms.loss, 0.8 * seen.front().terms.loss);
  double seconds = 0.0;
  double waited = 0.0;
  for (std::size_t i = 10; i < seen.size(); ++i) {
    seconds += seen[i].seconds;
    waited += seen[i].data_wait;
  }
  EXPECT_LT(waited, 0.1 * seconds);
}

}  // namespace
}  // namespace musicvae::train

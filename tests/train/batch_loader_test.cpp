// The loader gives the batches of the data order, whatever the process and the first step. Its thread neither hangs nor hides an error.
#include "batch_loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <future>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"
#include "window_batches.hpp"

namespace musicvae::train {
namespace {

constexpr int kSteps = 4;
constexpr int kDepth = 27;

// `count` windows whose numbers are all different.
data::WindowSet numbered_windows(int count) {
  data::WindowSetWriter writer({.cut = data::Cut::bar_aligned, .steps = kSteps, .depth = kDepth});
  data::FileWindows file;
  for (int w = 0; w < count; ++w) {
    file.windows.push_back({.first_row = std::int64_t{w} * kSteps, .bar = w});
    for (int i = 0; i < kSteps * kDepth; ++i) file.rows.push_back(static_cast<float>(w * kSteps * kDepth + i));
  }
  writer.add({.path = "numbers"}, file);
  return writer.finish();
}

BatchPlan plan(int batch, int rank = 0, int world = 1) {
  return {.config = {.name = "numbers", .steps = kSteps},
          .windows = numbered_windows(12),
          .indices = {1, 2, 3, 5, 7, 8, 11},
          .seed = 9,
          .batch = batch,
          .rank = rank,
          .world = world};
}

// The batch of all processes for one update, made without the loader.
torch::Tensor batch_of(const BatchPlan& plan, std::int64_t step) {
  DataOrder order(plan.indices.size(), plan.seed);
  std::vector<std::size_t> indices;
  const auto count = static_cast<std::uint64_t>(plan.batch) * static_cast<std::uint64_t>(plan.world);
  for (std::uint64_t i = 0; i < count; ++i) indices.push_back(plan.indices[order.at(static_cast<std::uint64_t>(step) * count + i)]);
  return make_batch(plan.config, plan.windows, indices, torch::kCPU).input;
}

TEST(BatchLoader, GivesTheOrdersBatchesOverEpochsFromAnyStep) {
  const BatchPlan all = plan(3);
  for (const std::int64_t first : {0, 5}) {
    BatchLoader loader(all, first, torch::kCPU);
    for (std::int64_t step = first; step < first + 20; ++step) {
      const BatchLoader::Loaded loaded = loader.next();
      EXPECT_EQ(loaded.batch.input.sizes(), (std::vector<std::int64_t>{kSteps, 3, kDepth}));
      EXPECT_TRUE(torch::equal(loaded.batch.input, batch_of(all, step))) << "step " << step;
      EXPECT_TRUE(loaded.batch.target.is_same(loaded.batch.input));
      EXPECT_GE(loaded.waited, 0.0);
    }
  }
}

TEST(BatchLoader, ThePartsOfTheProcessesAreTheBatch) {
  for (const int world : {2, 4}) {
    std::vector<std::unique_ptr<BatchLoader>> loaders;
    for (int rank = 0; rank < world; ++rank) loaders.push_back(std::make_unique<BatchLoader>(plan(2, rank, world), 3, torch::kCPU));
    for (std::int64_t step = 3; step < 12; ++step) {
      std::vector<torch::Tensor> parts;
      for (const auto& loader : loaders) parts.push_back(loader->next().batch.input);
      EXPECT_TRUE(torch::equal(torch::cat(parts, 1), batch_of(plan(2, 0, world), step))) << world << " processes, step " << step;
    }
  }
}

TEST(BatchLoader, UsesItsMemoryAgain) {
  BatchLoader loader(plan(3), 0, torch::kCPU);
  std::set<const void*> seen;
  for (int i = 0; i < 20; ++i) seen.insert(loader.next().batch.input.data_ptr());
  EXPECT_EQ(seen.size(), 3U);
}

TEST(BatchLoader, ABatchStaysWhileItIsUsed) {
  BatchLoader loader(plan(3), 0, torch::kCPU);
  for (int step = 0; step < 5; ++step) {
    const torch::Tensor used = loader.next().batch.input;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // enough time for the thread to make all the batches that it may
    EXPECT_TRUE(torch::equal(used, batch_of(plan(3), step)));
  }
}

TEST(BatchLoader, StopsWithAFullQueue) {
  std::packaged_task<void()> task([] {
    for (int i = 0; i < 50; ++i) BatchLoader(plan(3), 0, torch::kCPU);
    BatchLoader loader(plan(3), 0, torch::kCPU);
    (void)loader.next();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the queue is full again
  });
  std::future<void> stopped = task.get_future();
  std::thread(std::move(task)).detach();  // detached: a thread that hangs must not hang the test
  ASSERT_EQ(stopped.wait_for(std::chrono::minutes(1)), std::future_status::ready);
  EXPECT_NO_THROW(stopped.get());
}

TEST(BatchLoader, DoesNotSpinWhileNobodyTakes) {
  BatchLoader loader(plan(3), 0, torch::kCPU);
  (void)loader.next();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const std::clock_t before = std::clock();  // CPU time of the whole process
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LT(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC, 0.1);
}

TEST(BatchLoader, AnErrorComesWithTheBatchThatHasIt) {
  BatchPlan bad = plan(1);
  bad.indices.push_back(12);  // out of range: the last window is 11
  DataOrder order(bad.indices.size(), bad.seed);
  BatchLoader loader(bad, 0, torch::kCPU);
  std::uint64_t step = 0;
  for (; bad.indices[order.at(step)] != 12; ++step) EXPECT_NO_THROW((void)loader.next());
  EXPECT_LT(step, bad.indices.size());
  EXPECT_THROW((void)loader.next(), ArgumentError);
  EXPECT_THROW((void)loader.next(), ArgumentError);
}

TEST(BatchLoader, NeedsAWindow) {
  BatchPlan none = plan(1);
  none.indices.clear();
  EXPECT_THROW(BatchLoader(none, 0, torch::kCPU), ArgumentError);
}

}  // namespace
}  // namespace musicvae::train

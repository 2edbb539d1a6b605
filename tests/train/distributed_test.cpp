// Several Trainers as ranks of one run, each in a thread: they train as one process with the whole batch, and errors say where they differ.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <fstream>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/train/trainer.hpp"
#include "temp_folder.hpp"
#include "tiny_run.hpp"
#include "tolerances.hpp"

namespace musicvae::train {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

// A batch of eight windows per update, divisible by 2 and 4 ranks.
ModelConfig shared_config() {
  ModelConfig config = tiny_config();
  config.training.batch = 8;
  config.training.dropout_keep = 0.5;
  return config;
}

// Where the ranks sum their buffers: each waits for all others, and nobody waits for a rank that has left.
class Meeting {
 public:
  explicit Meeting(int world) : buffers_(static_cast<std::size_t>(world)) {}

  void all_reduce_sum(int rank, const RankBuffer& mine) {
    buffers_[static_cast<std::size_t>(rank)] = mine;
    wait();
    std::vector<float> sum(mine.count);
    for (const RankBuffer& buffer : buffers_) {
      ASSERT_EQ(buffer.count, mine.count) << "the ranks add up different things";
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += buffer.data[i];
    }
    wait();
    std::copy(sum.begin(), sum.end(), mine.data);
  }

  void leave() {
    const std::scoped_lock lock(mutex_);
    broken_ = true;
    changed_.notify_all();
  }

 private:
  void wait() {
    std::unique_lock lock(mutex_);
    const int round = round_;
    if (++here_ == static_cast<int>(buffers_.size())) {
      here_ = 0;
      ++round_;
      changed_.notify_all();
    }
    changed_.wait(lock, [&] { return round_ != round || broken_; });
    if (round_ == round) throw std::runtime_error("connection closed by peer\nand a stack of lines");
  }

  std::vector<RankBuffer> buffers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int here_ = 0;
  int round_ = 0;
  bool broken_ = false;
};

class DistributedTest : public testing::TestWithParam<int> {
 protected:
  using Change = std::function<void(int rank, TrainerOptions& options, TrainerCallbacks& callbacks)>;

  [[nodiscard]] TrainerOptions options(const std::string& out, std::int64_t steps) const {
    TrainerOptions result;
    result.out = folder_ / out;
    result.steps = steps;
    result.validate_every = 2;
    result.checkpoint_every = 2;
    result.threads = 1;
    return result;
  }

  // One run of `world` ranks. `errors_` and `results_` then hold how each of them ended.
  void train(const TrainerOptions& all, int world, const Change& change = {}) {
    Meeting meeting(world);
    errors_.assign(static_cast<std::size_t>(world), nullptr);
    results_.assign(static_cast<std::size_t>(world), {});
    std::vector<std::thread> threads;
    for (int rank = 0; rank < world; ++rank) {
      threads.emplace_back([&, rank] {
        TrainerOptions mine = all;
        mine.rank = rank;
        mine.world = world;
        TrainerCallbacks callbacks;
        callbacks.all_reduce_sum = [&, rank](const RankBuffer& buffer) { meeting.all_reduce_sum(rank, buffer); };
        const auto index = static_cast<std::size_t>(rank);
        try {
          if (change) change(rank, mine, callbacks);
          std::atomic<bool> stop{false};
          if (rank == stopping_rank_) {
            callbacks.step = [&](const StepMetrics& m) { stop = m.step >= 2; };
          }
          results_[index] = Trainer(shared_config(), windows_, mine).run(&stop, callbacks);
        } catch (...) {
          errors_[index] = std::current_exception();
          meeting.leave();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  void rethrow(int rank) const {
    if (errors_[static_cast<std::size_t>(rank)]) std::rethrow_exception(errors_[static_cast<std::size_t>(rank)]);
  }

  // The lines of metrics.jsonl of one kind.
  [[nodiscard]] std::vector<nlohmann::json> metrics(const std::string& out, const std::string& kind) const {
    std::ifstream in(folder_.path() / out / "metrics.jsonl");
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(in, line);) {
      if (auto json = nlohmann::json::parse(line); json.at("kind") == kind) lines.push_back(std::move(json));
    }
    return lines;
  }

  void expect_alike(const std::string& a, const std::string& b, std::int64_t step) const {
    const auto one = metrics(a, "train");
    const auto other = metrics(b, "train");
    ASSERT_EQ(one.size(), static_cast<std::size_t>(step));
    ASSERT_EQ(other.size(), one.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      for (const char* figure : {"loss", "hits", "velocities", "offsets", "kl", "kl_cost", "grad_norm"}) {
        EXPECT_NEAR(one[i][figure].get<double>(), other[i][figure].get<double>(), tolerance::adam_loss) << figure << " of step " << i;
      }
    }
    const auto passes = metrics(a, "validation");
    const auto other_passes = metrics(b, "validation");
    ASSERT_EQ(passes.size(), other_passes.size());
    for (std::size_t i = 0; i < passes.size(); ++i) {
      EXPECT_EQ(passes[i]["windows"], other_passes[i]["windows"]);
      for (const char* z : {"mean", "sampled"}) {
        for (const char* figure : {"loss", "hits", "velocities", "offsets", "kl", "kl_cost"}) {
          EXPECT_NEAR(passes[i][z][figure].get<double>(), other_passes[i][z][figure].get<double>(), tolerance::adam_loss) << z << figure;
        }
      }
    }
    const Checkpoint mine = Checkpoint::read(checkpoint_path(folder_ / a, step));
    const Checkpoint theirs = Checkpoint::read(checkpoint_path(folder_ / b, step));
    EXPECT_EQ(mine.batch, theirs.batch);
    for (const auto& [name, tensor] : mine.weights) {
      const std::vector<float> my_values = tensor.values.floats();
      const std::vector<float> values = theirs.weights.at(name).values.floats();
      for (std::size_t i = 0; i < values.size(); ++i) ASSERT_NEAR(my_values[i], values[i], tolerance::adam_variable) << name;
    }
  }

  test::TempFolder folder_;
  data::WindowSet windows_ = tiny_windows(folder_ / "set.mvds", 21, 5);
  int stopping_rank_ = -1;
  std::vector<std::exception_ptr> errors_;
  std::vector<TrainingResult> results_;
};

// Seven updates of 8 windows go through the 21 windows more than twice; five validation windows are not divisible by 2 or 4.
TEST_P(DistributedTest, RanksTrainAsOneProcessWithTheBatchOfAll) {
  train(options("one", 7), 1);
  train(options("many", 7), GetParam());
  for (int rank = 0; rank < GetParam(); ++rank) {
    ASSERT_NO_THROW(rethrow(rank));
    const TrainingResult& result = results_[static_cast<std::size_t>(rank)];
    EXPECT_EQ(result.step, 7);
    EXPECT_EQ(result.model, folder_ / "many/model.safetensors");
    EXPECT_EQ(result.best, results_[0].best);
    EXPECT_EQ(result.last->terms.loss, results_[0].last->terms.loss);
    EXPECT_EQ(result.last->grad_norm, results_[0].last->grad_norm);
  }
  expect_alike("one", "many", 7);
}

TEST_P(DistributedTest, SixStepsAreThreeAndThree) {
  train(options("whole", 6), GetParam());
  train(options("parts", 3), GetParam());
  TrainerOptions again = options("parts", 6);
  again.resume = true;
  train(again, GetParam());
  for (int rank = 0; rank < GetParam(); ++rank) ASSERT_NO_THROW(rethrow(rank));
  const Checkpoint a = Checkpoint::read(checkpoint_path(folder_ / "whole", 6));
  const Checkpoint b = Checkpoint::read(checkpoint_path(folder_ / "parts", 6));
  EXPECT_EQ(a.weights, b.weights);
  EXPECT_EQ(a.adam_m, b.adam_m);
  EXPECT_EQ(a.adam_v, b.adam_v);
}

TEST_P(DistributedTest, OneProcessGoesOnWhereManyStopped) {
  train(options("one", 6), 1);
  train(options("many", 4), GetParam());
  TrainerOptions again = options("many", 6);
  again.resume = true;
  train(again, 1);
  ASSERT_NO_THROW(rethrow(0));
  EXPECT_EQ(results_[0].step, 6);
  expect_alike("one", "many", 6);
}

TEST_P(DistributedTest, TheStopOfOneStopsAllAtTheSameStep) {
  stopping_rank_ = GetParam() - 1;
  train(options("run", 100), GetParam());
  for (int rank = 0; rank < GetParam(); ++rank) {
    ASSERT_NO_THROW(rethrow(rank));
    EXPECT_TRUE(results_[static_cast<std::size_t>(rank)].stopped);
    EXPECT_EQ(results_[static_cast<std::size_t>(rank)].step, 4) << "asked in step 2, heard in step 3";
  }
  EXPECT_EQ(checkpoints_in(folder_ / "run").back(), checkpoint_path(folder_ / "run", 4));
}

TEST_P(DistributedTest, ARankThatIsGoneEndsTheRunWithTheLastCheckpointsName) {
  const int gone = GetParam() - 1;
  train(options("run", 100), GetParam(), [&](int rank, TrainerOptions&, TrainerCallbacks& callbacks) {
    if (rank != gone) return;
    callbacks.step = [](const StepMetrics& m) {
      if (m.step == 4) throw std::logic_error("as if it were killed");
    };
  });
  EXPECT_THROW(rethrow(gone), std::logic_error);
  for (int rank = 0; rank < gone; ++rank) {
    EXPECT_THAT([&] { rethrow(rank); }, ThrowsMessage<DistributedError>(AllOf(HasSubstr("step 5: another process is gone"),
                                                                              HasSubstr("continue from checkpoint_00000004.safetensors"),
                                                                              HasSubstr("(connection closed by peer)"))));
  }
}

TEST_P(DistributedTest, RanksWithOtherArgumentsAreTold) {
  const int other = GetParam() - 1;
  const auto expect_told = [&](const std::string& what) {
    for (int rank = 0; rank < GetParam(); ++rank) {
      EXPECT_THAT([&] { rethrow(rank); },
                  ThrowsMessage<DistributedError>(HasSubstr("rank " + std::to_string(other) + " has other " + what + " than rank 0")));
    }
  };
  train(options("seed", 4), GetParam(), [&](int rank, TrainerOptions& mine, TrainerCallbacks&) { mine.seed = rank == other ? 2 : 1; });
  expect_told("arguments or data");
  train(options("steps", 4), GetParam(), [&](int rank, TrainerOptions& mine, TrainerCallbacks&) { mine.steps = rank == other ? 5 : 4; });
  expect_told("arguments or data");
  EXPECT_TRUE(checkpoints_in(folder_ / "seed").empty());
}

TEST_P(DistributedTest, WeightsThatPartAreSeenAtTheNextCheckpoint) {
  const int other = GetParam() - 1;
  train(options("run", 4), GetParam(), [&](int rank, TrainerOptions&, TrainerCallbacks& callbacks) {
    if (rank != other) return;
    callbacks.all_reduce_sum = [sum = callbacks.all_reduce_sum](const RankBuffer& buffer) {
      sum(buffer);
      if (buffer.count > 100) buffer.data[0] += 1.0F;  // changes one gradient
    };
  });
  for (int rank = 0; rank < GetParam(); ++rank) {
    EXPECT_THAT([&] { rethrow(rank); },
                ThrowsMessage<DistributedError>(HasSubstr("rank " + std::to_string(other) + " has other weights than rank 0")));
  }
  EXPECT_TRUE(checkpoints_in(folder_ / "run").empty());
}

INSTANTIATE_TEST_SUITE_P(Ranks, DistributedTest, testing::Values(2, 4));

TEST_F(DistributedTest, RefusesRanksThatCannotBe) {
  const auto with = [&](int rank, int world, int batch = 0) {
    return [=, this] {
      TrainerOptions wanted = options("refused", 2);
      wanted.rank = rank;
      wanted.world = world;
      wanted.batch = batch;
      Trainer(shared_config(), windows_, wanted).run();
    };
  };
  EXPECT_THAT(with(2, 2), ThrowsMessage<ArgumentError>(HasSubstr("rank is out of range")));
  EXPECT_THAT(with(-1, 2), ThrowsMessage<ArgumentError>(HasSubstr("rank is out of range")));
  EXPECT_THAT(with(0, 0), ThrowsMessage<ArgumentError>(HasSubstr("rank is out of range")));
  EXPECT_THAT(with(0, 3), ThrowsMessage<ArgumentError>(HasSubstr("is not divisible")));
  EXPECT_THAT(with(0, 2, 1 << 30), ThrowsMessage<ArgumentError>(HasSubstr("batch")));
  EXPECT_THAT(with(0, 2), ThrowsMessage<ArgumentError>(HasSubstr("no function to sum over them")));
}

}  // namespace
}  // namespace musicvae::train

// The Trainer on a tiny model: it learns, stops, resumes bit for bit, and reports errors in one line.
#include "musicvae/train/trainer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/file.hpp"
#include "musicvae/interop/import_checkpoint.hpp"
#include "musicvae/model/model_file.hpp"
#include "small_disk.hpp"
#include "temp_folder.hpp"
#include "tiny_run.hpp"
#include "tolerances.hpp"

namespace musicvae::train {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class TrainerTest : public testing::Test {
 protected:
  [[nodiscard]] TrainerOptions options(const std::string& out, std::int64_t steps) const {
    TrainerOptions result;
    result.out = folder_ / out;
    result.steps = steps;
    result.validate_every = 2;
    result.checkpoint_every = 2;
    result.threads = 1;
    return result;
  }
  TrainingResult train(const TrainerOptions& options) const { return Trainer(tiny_config(), windows_, options).run(); }
  // metrics.jsonl without the values that depend on a clock.
  [[nodiscard]] std::vector<std::string> metrics(const std::string& out) const {
    std::ifstream in(folder_.path() / out / "metrics.jsonl");
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
      auto json = nlohmann::ordered_json::parse(line);
      for (const char* measured : {"seconds", "data_wait"}) json.erase(measured);
      lines.push_back(json.dump());
    }
    return lines;
  }

  test::TempFolder folder_;
  data::WindowSet windows_ = tiny_windows(folder_ / "set.mvds");
};

TEST_F(TrainerTest, LearnsAndLeavesAModel) {
  TrainerOptions wanted = options("run", 60);
  wanted.licence = "CC0";
  wanted.summary = R"({"command": "test"})";
  std::vector<double> losses;
  const TrainingResult result =
      Trainer(tiny_config(), windows_, wanted).run(nullptr, {.step = [&](const StepMetrics& m) { losses.push_back(m.terms.loss); }});
  ASSERT_EQ(losses.size(), 60U);
  EXPECT_LT(losses.back(), 0.97 * losses.front());
  EXPECT_EQ(result.step, 60);
  EXPECT_FALSE(result.stopped);
  ASSERT_TRUE(result.best);

  const ModelFile model = ModelFile::read(result.model);
  EXPECT_EQ(model.config, tiny_config());
  EXPECT_EQ(model.licence, "CC0");
  const auto training = nlohmann::ordered_json::parse(model.training);
  EXPECT_EQ(training.at("command"), "test");
  EXPECT_EQ(training.at("weights_of_step"), result.best->step);
  EXPECT_EQ(model.weights, Checkpoint::read(folder_ / "run/best.safetensors").weights);
}

TEST_F(TrainerTest, BeginsWithAModelToLearnItFurther) {
  const std::filesystem::path first = Trainer(tiny_config(), windows_, options("first", 3)).run().model;
  TrainerOptions wanted = options("further", 0);
  wanted.init = first;
  const ModelFile further = ModelFile::read(Trainer(tiny_config(), windows_, wanted).run().model);
  EXPECT_EQ(further.weights, ModelFile::read(first).weights);
  EXPECT_EQ(nlohmann::ordered_json::parse(further.training).at("init"), "model.safetensors");

  ModelConfig wider = tiny_config();
  wider.latent = 4;
  EXPECT_THAT([&] { Trainer(wider, windows_, wanted); }, ThrowsMessage<ArgumentError>(HasSubstr("already holds a run")));
  wanted.out = folder_ / "wider";
  EXPECT_THAT([&] { Trainer(wider, windows_, wanted); }, ThrowsMessage<ModelError>(HasSubstr("config \"tiny\" needs")));
  wanted.init = folder_ / "none.safetensors";
  EXPECT_THROW(Trainer(tiny_config(), windows_, wanted), FileError);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "wider"));
}

TEST_F(TrainerTest, SaysHowLongItWaitedForData) {
  std::vector<StepMetrics> seen;
  Trainer(tiny_config(), windows_, options("run", 3)).run(nullptr, {.step = [&](const StepMetrics& m) { seen.push_back(m); }});
  ASSERT_EQ(seen.size(), 3U);
  for (const StepMetrics& step : seen) {
    EXPECT_GT(step.data_wait, 0.0);  // even checking whether a batch is ready takes some nanoseconds
    EXPECT_LT(step.data_wait, step.seconds);
  }
  std::ifstream in(folder_.path() / "run/metrics.jsonl");
  std::string line;
  std::getline(in, line);
  EXPECT_EQ(nlohmann::json::parse(line).at("data_wait"), seen[0].data_wait);
}

TEST_F(TrainerTest, SixStepsAreThreeAndThree) {
  train(options("whole", 6));
  train(options("parts", 3));
  TrainerOptions again = options("parts", 6);
  again.resume = true;
  Trainer trainer(tiny_config(), windows_, again);
  EXPECT_EQ(trainer.step(), 3);
  trainer.run();
  // The run in parts had one more validation, at the end of the first part after step 3; it must not change weights or noise.
  auto parts = metrics("parts");
  std::erase_if(parts, [](const std::string& line) { return line.find(R"("kind":"validation","step":3)") != std::string::npos; });
  auto whole = metrics("whole");
  const Checkpoint a = Checkpoint::read(checkpoint_path(folder_ / "whole", 6));
  const Checkpoint b = Checkpoint::read(checkpoint_path(folder_ / "parts", 6));
  EXPECT_EQ(a.weights, b.weights);
  EXPECT_EQ(a.adam_m, b.adam_m);
  EXPECT_EQ(a.adam_v, b.adam_v);
  const auto train_lines = [](std::vector<std::string> lines) {
    std::erase_if(lines, [](const std::string& line) { return line.find(R"("kind":"train")") == std::string::npos; });
    return lines;
  };
  EXPECT_EQ(train_lines(whole).size(), 6U);
  EXPECT_EQ(train_lines(whole), train_lines(parts));
}

TEST_F(TrainerTest, ATrainingGoesOnBitForBitAfterItWasInTensorflow) {
  const TrainingResult whole = train(options("whole", 6));
  train(options("first", 3));
  interop::export_tensorflow(folder_ / "magenta/model.ckpt-3", Checkpoint::read(checkpoint_path(folder_ / "first", 3)));
  interop::write_run(interop::import_checkpoint(folder_ / "magenta", tiny_config()), folder_ / "second");
  TrainerOptions rest = options("second", 6);
  rest.resume = true;
  EXPECT_EQ(train(rest).step, whole.step);
  const Checkpoint last = Checkpoint::read(checkpoint_path(folder_ / "second", 6));
  EXPECT_EQ(last.weights, Checkpoint::read(checkpoint_path(folder_ / "whole", 6)).weights);
  EXPECT_FALSE(last.imported());  // from here on, data, seed and batch are those of the run
}

TEST_F(TrainerTest, AnImportedTrainingTakesAnySeedAndKeepsTheUpdatesOfAdam) {
  train(options("first", 2));
  Checkpoint checkpoint = Checkpoint::read(checkpoint_path(folder_ / "first", 2));
  checkpoint.adam_updates = 0;
  interop::export_tensorflow(folder_ / "model.ckpt-2", checkpoint);
  interop::write_run(interop::import_checkpoint(folder_ / "model.ckpt-2", tiny_config()), folder_ / "second");
  TrainerOptions rest = options("second", 4);
  rest.resume = true;
  rest.seed = 77;
  train(rest);
  const Checkpoint last = Checkpoint::read(checkpoint_path(folder_ / "second", 4));
  EXPECT_EQ(last.seed, 77U);
  EXPECT_EQ(last.adam_updates, 2);
}

TEST_F(TrainerTest, SixAugmentedStepsAreThreeAndThree) {
  const auto augmented = [&](const std::string& out, std::int64_t steps, bool resume) {
    TrainerOptions wanted = options(out, steps);
    wanted.augmentation = {.velocity_scale = 0.5, .swing = 0.25, .timing_scale = 0.5};
    wanted.resume = resume;
    return train(wanted);
  };
  const TrainingResult result = augmented("whole", 6, false);
  augmented("parts", 3, false);
  augmented("parts", 6, true);
  const Checkpoint whole = Checkpoint::read(checkpoint_path(folder_ / "whole", 6));
  EXPECT_EQ(whole.weights, Checkpoint::read(checkpoint_path(folder_ / "parts", 6)).weights);
  EXPECT_EQ(whole.augmentation.swing, 0.25);
  EXPECT_EQ(nlohmann::ordered_json::parse(ModelFile::read(result.model).training).at("augmentation").at("swing"), 0.25);

  train(options("plain", 6));
  EXPECT_NE(whole.weights, Checkpoint::read(checkpoint_path(folder_ / "plain", 6)).weights);
}

TEST_F(TrainerTest, AStopLeavesACheckpointThatGoesOnBitForBit) {
  train(options("whole", 6));
  const std::string whole = test::slurp(checkpoint_path(folder_ / "whole", 6));

  std::atomic<bool> stop{false};
  Trainer first(tiny_config(), windows_, options("stopped", 6));
  const TrainingResult result = first.run(&stop, {.step = [&](const StepMetrics& m) { stop = m.step == 2; }});
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.step, 3);
  EXPECT_TRUE(std::filesystem::exists(checkpoint_path(folder_ / "stopped", 3)));
  EXPECT_NO_THROW((void)ModelFile::read(result.model));

  TrainerOptions again = options("stopped", 6);
  again.resume = true;
  train(again);
  EXPECT_EQ(test::slurp(checkpoint_path(folder_ / "stopped", 6)), whole);
  EXPECT_EQ(test::slurp(folder_ / "stopped/best.safetensors"), test::slurp(folder_ / "whole/best.safetensors"));
  EXPECT_EQ(metrics("stopped"), metrics("whole"));
}

TEST_F(TrainerTest, ACrashLosesOnlyWhatCameAfterTheLastCheckpoint) {
  train(options("whole", 6));
  train(options("crashed", 6));
  std::filesystem::remove(checkpoint_path(folder_ / "crashed", 6));  // as if the run had stopped in step 5 with half-written metrics
  std::ofstream(folder_ / "crashed/metrics.jsonl", std::ios::app) << R"({"kind":"train","st)";
  TrainerOptions again = options("crashed", 6);
  again.resume = true;
  train(again);
  EXPECT_EQ(metrics("crashed"), metrics("whole"));
  EXPECT_EQ(test::slurp(checkpoint_path(folder_ / "crashed", 6)), test::slurp(checkpoint_path(folder_ / "whole", 6)));
}

TEST_F(TrainerTest, TheSeedDecides) {
  TrainerOptions other = options("b", 2);
  other.seed = 2;
  train(options("a", 2));
  train(other);
  EXPECT_NE(Checkpoint::read(checkpoint_path(folder_ / "a", 2)).weights, Checkpoint::read(checkpoint_path(folder_ / "b", 2)).weights);
}

TEST_F(TrainerTest, KeepsTheLastAndTheBest) {
  TrainerOptions wanted = options("run", 10);
  wanted.keep_last = 2;
  train(wanted);
  EXPECT_THAT(checkpoints_in(folder_ / "run"),
              testing::ElementsAre(checkpoint_path(folder_ / "run", 8), checkpoint_path(folder_ / "run", 10)));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "run/best.safetensors"));
}

TEST_F(TrainerTest, ValidationIsTheWholeSplitWithoutChance) {
  std::vector<ValidationMetrics> seen;
  TrainerOptions wanted = options("run", 2);
  wanted.batch = 2;  // three windows: one full batch and a remainder
  Trainer(tiny_config(), windows_, wanted).run(nullptr, {.validation = [&](const ValidationMetrics& m) { seen.push_back(m); }});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].windows, 3);
  EXPECT_EQ(seen[0].step, 2);
  double parts = 0.0;
  for (const auto& [name, value] : seen[0].sampled.parts) parts += value;
  EXPECT_NEAR(seen[0].sampled.loss, parts + 0.2 * seen[0].sampled.kl_cost, 1e-9);
  EXPECT_GT(seen[0].sampled.loss, 0.0);
  EXPECT_NE(seen[0].sampled.loss, seen[0].mean.loss);
  EXPECT_EQ(seen[0].sampled.kl, seen[0].mean.kl);
}

TEST_F(TrainerTest, AResumedRunRemovesWhatKilledSavesLeft) {
  train(options("run", 4));
  for (const char* name : {"checkpoint_00000006.safetensors.aB3dE9", "best.safetensors.000000", "model.safetensors.zzzzzz"}) {
    test::spill(folder_.path() / "run" / name, "half");
  }
  const std::filesystem::path other = folder_.path() / "run" / "notes.aB3dE9";
  test::spill(other, "mine");
  TrainerOptions again = options("run", 6);
  EXPECT_THROW(train(again), ArgumentError);  // without resume: nothing is removed
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "run" / "best.safetensors.000000"));
  again.resume = true;
  train(again);
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "run")) {
    if (entry.path().extension().string().size() == 7) left.push_back(entry.path().filename().string());
  }
  EXPECT_EQ(left, std::vector<std::string>{"notes.aB3dE9"});
}

TEST_F(TrainerTest, ALossThatIsNoNumberStopsItWithTheStep) {
  // A cell that is not finite simulates a diverged model: the loss of the first step is NaN.
  const data::WindowSet bad = tiny_windows(folder_ / "bad.mvds", 10, 0, std::numeric_limits<float>::infinity());
  Trainer trainer(tiny_config(), bad, options("run", 4));
  EXPECT_THAT([&] { trainer.run(); }, ThrowsMessage<DivergenceError>(AllOf(HasSubstr("step 0"), HasSubstr("not finite"))));
}

TEST_F(TrainerTest, RefusesWhatDoesNotFit) {
  const auto with = [&](auto change) {
    TrainerOptions wanted = options("refused", 2);
    change(wanted);
    return [=, this] { Trainer(tiny_config(), windows_, wanted); };
  };
  EXPECT_THAT(with([](auto& o) { o.out.clear(); }), ThrowsMessage<ArgumentError>(HasSubstr("no folder")));
  EXPECT_THAT(with([](auto& o) { o.batch = -1; }), ThrowsMessage<ArgumentError>(HasSubstr("batch")));
  EXPECT_THAT(with([](auto& o) { o.keep_last = 0; }), ThrowsMessage<ArgumentError>(HasSubstr("keep_last")));
  EXPECT_THAT(with([](auto& o) { o.train_split = data::Split::test; }), ThrowsMessage<ArgumentError>(HasSubstr("0 windows")));
  EXPECT_THAT(with([](auto& o) { o.resume = true; }), ThrowsMessage<FileError>(HasSubstr("no checkpoint")));
  EXPECT_THAT(with([](auto& o) { o.augmentation.swing = 0.75; }), ThrowsMessage<ArgumentError>(HasSubstr("swing")));
  EXPECT_THAT(with([](auto& o) { o.device = "gpu"; }), ThrowsMessage<DeviceError>(HasSubstr("use cpu, cuda")));
  EXPECT_THAT([] { (void)from_name<Precision>("fp16"); }, ThrowsMessage<ArgumentError>(HasSubstr("use auto, fp32 or bf16")));
  EXPECT_THAT([] { (void)from_name<LstmPath>("mine"); }, ThrowsMessage<ArgumentError>(HasSubstr("use auto, fused, unfused or library")));
  EXPECT_THAT(with([](auto& o) { o.device = "cuda:99"; }), ThrowsMessage<DeviceError>(HasSubstr("cuda:99")));
  EXPECT_THAT(with([&](auto& o) { o.out = folder_ / "set.mvds"; }), ThrowsMessage<FileError>(HasSubstr("set.mvds")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "refused"));

  ModelConfig longer = tiny_config();
  longer.steps = 16;
  EXPECT_THAT([&] { Trainer(longer, windows_, options("refused", 2)); }, ThrowsMessage<ConfigError>(HasSubstr("8 steps, not 16")));
  const data::WindowSet narrow = tiny_windows(folder_ / "narrow.mvds", 2, 1, 0.0F, 24);
  EXPECT_THAT([&] { Trainer(tiny_config(), narrow, options("refused", 2)); }, ThrowsMessage<ConfigError>(HasSubstr("depth 24, not 27")));
}

TEST_F(TrainerTest, ThePathsOfTheLstmLearnTheSame) {
  std::map<std::string, std::vector<double>> losses;
  for (const char* lstm : {"fused", "unfused", "library"}) {
    TrainerOptions wanted = options(lstm, 6);
    wanted.lstm = from_name<LstmPath>(lstm);
    wanted.precision = Precision::fp32;
    Trainer(tiny_config(), windows_, wanted).run(nullptr, {.step = [&](const StepMetrics& m) { losses[lstm].push_back(m.terms.loss); }});
  }
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(losses["fused"][i], losses["unfused"][i], tolerance::adam_loss) << i;
    EXPECT_NEAR(losses["library"][i], losses["unfused"][i], tolerance::adam_loss) << i;
  }
}

TEST_F(TrainerTest, ARunGoesOnInItsPrecision) {
  for (const char* precision : {"fp32", "bf16"}) {
    TrainerOptions wanted = options(precision, 2);
    wanted.precision = from_name<Precision>(precision);
    train(wanted);
    EXPECT_EQ(Checkpoint::read(checkpoint_path(folder_ / precision, 2)).precision, precision);
    wanted.precision = Precision::automatic;
    wanted.resume = true;
    EXPECT_EQ(name(Trainer(tiny_config(), windows_, wanted).precision()), precision);
    wanted.precision = Precision::fp32;  // an explicit precision is kept
    EXPECT_EQ(Trainer(tiny_config(), windows_, wanted).precision(), Precision::fp32);
  }
}

TEST_F(TrainerTest, AStepThatBf16CannotHoldIsDoneInFp32) {
  train(options("run", 1));
  // The largest float becomes infinite in bfloat16. Its column of the windows is always 0, and the product is NaN.
  Checkpoint checkpoint = Checkpoint::read(checkpoint_path(folder_ / "run", 1));
  musicvae::Tensor& kernel = checkpoint.weights.at("encoder/cell_0/bidirectional_rnn/fw/multi_rnn_cell/cell_0/lstm_cell/kernel");
  std::vector<float> values = kernel.values.floats();
  values[static_cast<std::size_t>(20 * kernel.shape[1])] = std::numeric_limits<float>::max();
  kernel.values = std::move(values);
  checkpoint.precision = "bf16";
  write_file_atomically(checkpoint_path(folder_ / "run", 1), checkpoint.serialize());

  TrainerOptions again = options("run", 4);
  again.resume = true;
  again.validate_every = 0;
  Trainer trainer(tiny_config(), windows_, again);
  ASSERT_EQ(trainer.precision(), Precision::bf16);
  std::vector<std::string> notices;
  const TrainingResult result = trainer.run(nullptr, {.notice = [&](const std::string& text) { notices.push_back(text); }});
  EXPECT_THAT(notices, testing::ElementsAre(AllOf(HasSubstr("step 1"), HasSubstr("not finite in bf16"), HasSubstr("fp32"))));
  EXPECT_EQ(result.step, 4);
  EXPECT_EQ(trainer.precision(), Precision::fp32);
  EXPECT_EQ(Checkpoint::read(checkpoint_path(folder_ / "run", 4)).precision, "fp32");
}

TEST_F(TrainerTest, RefusesToMixRuns) {
  train(options("run", 2));
  EXPECT_THAT([&] { train(options("run", 4)); }, ThrowsMessage<ArgumentError>(HasSubstr("already holds a run")));
  const auto resume_with = [&](auto change) {
    return [=, this] {
      TrainerOptions wanted = options("run", 4);
      wanted.resume = true;
      ModelConfig config = tiny_config();
      change(wanted, config);
      Trainer(config, windows_, wanted);
    };
  };
  EXPECT_THAT(resume_with([](auto& o, auto&) { o.seed = 5; }), ThrowsMessage<ModelError>(HasSubstr("seed 1, not 5")));
  EXPECT_THAT(resume_with([](auto& o, auto&) { o.batch = 5; }), ThrowsMessage<ModelError>(HasSubstr("batch 4, not 5")));
  EXPECT_THAT(resume_with([](auto&, auto& c) { c.training.free_bits = 2; }), ThrowsMessage<ModelError>(HasSubstr("config")));
  EXPECT_THAT(resume_with([](auto& o, auto&) { o.augmentation.swing = 0.125; }),
              ThrowsMessage<ModelError>(AllOf(HasSubstr("augmentation"), HasSubstr("0.125"))));
  const data::WindowSet other = tiny_windows(folder_ / "other.mvds", 10, 3, 0.25F);
  TrainerOptions again = options("run", 4);
  again.resume = true;
  EXPECT_THAT([&] { Trainer(tiny_config(), other, again); }, ThrowsMessage<ModelError>(HasSubstr("data")));
}

TEST_F(TrainerTest, ACheckpointCutShortIsNamed) {
  train(options("run", 2));
  const std::filesystem::path path = checkpoint_path(folder_ / "run", 2);
  const std::string whole = test::slurp(path);
  test::spill(path, whole.substr(0, whole.size() / 2));
  TrainerOptions again = options("run", 4);
  again.resume = true;
  EXPECT_THAT([&] { Trainer(tiny_config(), windows_, again); }, ThrowsMessage<FormatError>(HasSubstr("checkpoint_00000002")));
}

TEST_F(TrainerTest, AFullDiskLeavesTheLastCheckpointWhole) {
  const test::SmallDisk disk(folder_ / "disk", "128k");
  if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
  TrainerOptions wanted = options("", 100);
  wanted.out = disk.path();
  wanted.keep_last = 100;
  EXPECT_THROW(train(wanted), FileError);
  const auto kept = checkpoints_in(disk.path());
  ASSERT_FALSE(kept.empty());
  for (const auto& path : kept) EXPECT_NO_THROW((void)Checkpoint::read(path));
  for (const auto& entry : std::filesystem::directory_iterator(disk.path())) {
    EXPECT_THAT(entry.path().filename().string(), testing::Not(testing::ContainsRegex("safetensors\\.")));  // no temporary file
  }
}

}  // namespace
}  // namespace musicvae::train

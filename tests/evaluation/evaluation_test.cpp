#include "musicvae/evaluation/evaluation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "feel_sums.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"
#include "musicvae/evaluation/window_features.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/latent/latent_table.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/representation.hpp"
#include "paths.hpp"
#include "small_groove_release.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"

namespace musicvae::evaluation {
namespace {

class Evaluation : public testing::Test {
 protected:
  Evaluation() { test::make_small_groove_release(folder_ / "groove"); }
  [[nodiscard]] data::WindowSet windows(int bars = 4) const {
    return data::open_windows(folder_ / "groove", {.converter = data::GrooveConverter({.bars = bars})});
  }
  test::TempFolder folder_;
};

const Options few = {.samples = 70, .pairs = 5, .seed = 3};

MusicVae tiny(ModelConfig config = {.name = "tiny"}) {
  return MusicVae(test::tiny_model(std::move(config)));
}

std::vector<DrumSequence> of_split(const data::WindowSet& set, data::Split split) {
  std::vector<DrumSequence> grooves;
  for (const std::size_t index : set.windows(split)) grooves.push_back(groove_of(set, index));
  return grooves;
}

TEST_F(Evaluation, IsTheSameOnAnyNumberOfThreads) {
  Options options = few;
  options.threads = 1;
  const std::string once = to_json(evaluate(tiny(), windows(), options));
  options.threads = 3;
  EXPECT_EQ(to_json(evaluate(tiny(), windows(), options)), once);
  options.precision = Precision::bf16;
  EXPECT_NE(to_json(evaluate(tiny(), windows(), options)), once);
  options.precision = Precision::fp32;
  options.seed = 4;
  EXPECT_NE(to_json(evaluate(tiny(), windows(), options)), once);
}

TEST_F(Evaluation, CountsTheHitsOfTheDecodedWindows) {
  const MusicVae model = tiny();
  const data::WindowSet set = windows();
  const Report report = evaluate(model, set, few);
  const std::vector<DrumSequence> real = of_split(set, data::Split::test);
  EXPECT_EQ(report.reconstruction.windows, real.size());
  Sampler sampler(model);
  HitScores expected;
  for (const DrumSequence& groove : real) {
    const DrumSequence made = sampler.decode(model.encode(groove).mu, {.temperature = 0.0F}).front();
    for (int step = 0; step < groove.steps(); ++step) {
      for (int d = 0; d < kDrums; ++d) {
        const bool there = groove.at(step, static_cast<Drum>(d)).hit;
        const bool predicted = made.at(step, static_cast<Drum>(d)).hit;
        expected.true_positives += static_cast<int>(there && predicted);
        expected.false_positives += static_cast<int>(!there && predicted);
        expected.false_negatives += static_cast<int>(there && !predicted);
      }
    }
  }
  const HitScores& scores = report.reconstruction.from_mean.free_running;
  EXPECT_EQ(scores.true_positives, expected.true_positives);
  EXPECT_EQ(scores.false_positives, expected.false_positives);
  EXPECT_EQ(scores.false_negatives, expected.false_negatives);
  EXPECT_GT(scores.true_positives + scores.false_negatives, 0);
  EXPECT_NEAR(scores.f1(), 2.0 * scores.precision() * scores.recall() / (scores.precision() + scores.recall()), 1e-12);
}

TEST_F(Evaluation, ComparesTheModelsOwnSamples) {
  const MusicVae model = tiny();
  const data::WindowSet set = windows();
  const SampleReport report = *evaluate(model, set, few).samples;
  const std::vector<DrumSequence> samples = Sampler(model).sample({.n = few.samples, .decode = {.temperature = 1.0F, .seed = few.seed}});
  std::vector<double> of_samples;
  std::vector<double> of_real;
  for (const DrumSequence& groove : samples) of_samples.push_back(features_of(groove)[0]);
  for (const DrumSequence& groove : of_split(set, data::Split::test)) of_real.push_back(features_of(groove)[0]);
  ASSERT_EQ(report.features.front().name, "density");
  EXPECT_NEAR(report.features.front().samples.overlap, compare(of_real, of_samples).overlap, 1e-12);
  for (const FeatureReport& feature : report.features) {
    EXPECT_GE(feature.samples.overlap, 0.0) << feature.name;
    EXPECT_LE(feature.samples.overlap, 1.0 + 1e-9) << feature.name;
  }
}

TEST_F(Evaluation, AttributesMoveTheSamples) {
  const MusicVae model = tiny();
  const data::WindowSet set = windows();
  Options options = few;
  options.attributes = latent_space_of(model, set).attributes;
  ASSERT_TRUE(options.attributes.contains("density"));
  ASSERT_TRUE(options.attributes.contains("style:funk"));
  const std::vector<AttributeReport> reports = evaluate(model, set, options).attributes;
  ASSERT_EQ(reports.size(), options.attributes.size());
  Sampler sampler(model);
  for (const AttributeReport& report : reports) {
    EXPECT_GE(report.right_way, 0.0) << report.name;
    EXPECT_LE(report.right_way, 1.0) << report.name;
    if (report.name != "density") continue;
    std::vector<float> z = sampler.prior(few.seed, few.samples);
    apply_attributes(z, options.attributes, {{"density", 1.0F}});
    double high = 0.0;
    double plain = 0.0;
    for (const DrumSequence& groove : sampler.decode(z, {.temperature = 1.0F, .seed = few.seed})) high += groove.density() / few.samples;
    for (const DrumSequence& groove : sampler.sample({.n = few.samples, .decode = {.temperature = 1.0F, .seed = few.seed}}))
      plain += groove.density() / few.samples;
    EXPECT_NEAR(report.high, high, 1e-9);
    EXPECT_NEAR(report.plain, plain, 1e-9);
  }
  EXPECT_TRUE(evaluate(model, set, few).attributes.empty());
}

TEST_F(Evaluation, TrainAgainstItselfIsPerfect) {
  Options options = few;
  options.split = data::Split::train;
  const SampleReport report = *evaluate(tiny(), windows(), options).samples;
  for (const FeatureReport& feature : report.features) EXPECT_NEAR(feature.train.overlap, 1.0, 1e-9) << feature.name;
  EXPECT_EQ(report.real_novelty.mean, 0.0) << "each is its own nearest";
  EXPECT_EQ(report.real_novelty.near_copies, 1.0);
  EXPECT_GT(report.novelty.mean, 5.0) << "the tiny model's samples are noise";
}

TEST_F(Evaluation, PathsBeginAndEndWhereTheyShould) {
  Options train = few;
  train.split = data::Split::train;  // not test: the release's test file repeats one bar
  const InterpolationReport report = *evaluate(tiny(), windows(), train).interpolation;
  ASSERT_EQ(report.position.size(), 11U);
  EXPECT_EQ(report.crossfade.to_first.front(), 0.0);
  EXPECT_EQ(report.crossfade.to_second.back(), 0.0);
  EXPECT_EQ(report.crossfade.to_first.back(), report.crossfade.to_second.front());
  EXPECT_GT(report.crossfade.to_first.back(), 0.0);
  EXPECT_GT(report.crossfade.log_likelihood.front(), report.slerp.log_likelihood.front()) << "a window is likelier than noise";
}

TEST_F(Evaluation, TasksStandBesideBaselines) {
  const data::WindowSet set = windows(2);
  Options train = few;
  train.split = data::Split::train;
  for (const char* name : {"groovae_2bar_humanize", "groovae_2bar_tap_fixed_velocity", "groovae_2bar_add_closed_hh", "groovae_2bar_infill",
                           "groovae_2bar_humanize_lookback"}) {
    const MusicVae model = tiny(named_config(name));
    const Report report = evaluate(model, set, train);
    EXPECT_FALSE(report.interpolation);
    ASSERT_TRUE(report.task) << name;
    EXPECT_EQ(report.task->windows, set.windows(data::Split::train).size());
    for (const TaskScores& scores : report.task->methods) {
      ASSERT_NE(scores.feel.has_value(), scores.hits.has_value());
      if (scores.method == "quantised") {
        EXPECT_GT(scores.feel->timing_mae_ms, 0.0);
      }
      if (scores.method != "nearest 1") continue;  // the nearest window is the window itself, or one equal to it
      if (scores.feel) {
        EXPECT_LT(scores.feel->velocity_mae, 0.1);
      } else {
        EXPECT_GT(scores.hits->f1(), 0.8);
      }
    }
  }
  EXPECT_FALSE(evaluate(tiny(), windows(), few).task);
}

TEST_F(Evaluation, AFeelHeadIsJudgedByItsMeansAndByWhatItDraws) {
  const Report report = evaluate(tiny(named_config("groovae_2bar_humanize_lookback")), windows(2), few);
  const auto scores_of = [&](const std::string& name) {
    const auto found =
        std::find_if(report.task->methods.begin(), report.task->methods.end(), [&](const auto& s) { return s.method == name; });
    EXPECT_NE(found, report.task->methods.end()) << name;
    return *found;
  };
  EXPECT_GT(scores_of("model, drawn").feel->timing_mse, scores_of("model").feel->timing_mse) << "no draw is as near as the mean";
  EXPECT_FALSE(report.samples);
}

TEST_F(Evaluation, ToFillInIsTheSecondHalf) {
  const data::WindowSet set = windows(2);
  const Report report = evaluate(tiny(named_config("groovae_2bar_infill")), set, few);
  std::int64_t hits = 0;
  for (const DrumSequence& groove : of_split(set, data::Split::test)) hits += groove.slice(16, 16).hits();
  for (const TaskScores& scores : report.task->methods)
    EXPECT_EQ(scores.hits->true_positives + scores.hits->false_negatives, hits) << scores.method;
}

TEST_F(Evaluation, TheQuantisedBaselineIsTheMeanOfTheOffsets) {
  const data::WindowSet set = windows(2);
  const Report report = evaluate(tiny(named_config("groovae_2bar_humanize")), set, few);
  double ms = 0.0;
  double square = 0.0;
  int hits = 0;
  for (const DrumSequence& groove : of_split(set, data::Split::test)) {
    for (int step = 0; step < groove.steps(); ++step) {
      for (int d = 0; d < kDrums; ++d) {
        const Cell& cell = groove.at(step, static_cast<Drum>(d));
        if (!cell.hit) continue;
        ms += std::abs(double{cell.offset}) / 2.0 * 125.0;  // a 16th at 120 bpm, the release's tempo
        square += double{cell.offset} * double{cell.offset} / 4.0;
        ++hits;
      }
    }
  }
  const TaskScores& quantised = report.task->methods.at(1);
  ASSERT_EQ(quantised.method, "quantised");
  EXPECT_NEAR(quantised.feel->timing_mae_ms, ms / hits, 1e-9);
  EXPECT_NEAR(quantised.feel->timing_mse, square / hits, 1e-9);
}

TEST_F(Evaluation, OfOtherModelsHasWhatTheyHave) {
  const Report hits = evaluate(tiny(named_config("cat-drums_2bar_small")), windows(2), few);
  EXPECT_EQ(hits.reconstruction.from_mean.velocity_error, 0.0);
  EXPECT_EQ(hits.samples->features.size(), feature_names(true).size());
  EXPECT_GT(hits.reconstruction.from_mean.hits_nll, 0.0);
  const Report controlled = evaluate(tiny(named_config("groovae_2bar_hits_control")), windows(2), few);
  EXPECT_FALSE(controlled.samples) << "it needs a groove's hits";
}

TEST_F(Evaluation, RefusesWhatDoesNotFit) {
  const auto error_of = [&](const Options& options, int bars = 4, const ModelConfig& config = {.name = "tiny"}) -> std::string {
    try {
      (void)evaluate(tiny(config), windows(bars), options);
    } catch (const Error& e) {
      return e.what();
    }
    return "no error";
  };
  EXPECT_THAT(error_of({.samples = 0}), testing::HasSubstr("0 samples; use 1 or more"));
  EXPECT_THAT(error_of({.pairs = -1}), testing::HasSubstr("-1 pairs"));
  EXPECT_THAT(error_of({.temperature = -1.0F}), testing::HasSubstr("temperature"));
  EXPECT_THAT(error_of({.threads = -1}), testing::HasSubstr("threads"));
  EXPECT_THAT(error_of(few, 2), testing::HasSubstr("have 32 steps and the model's 64"));
  EXPECT_THAT(error_of(few, 2, named_config("nade-drums_2bar_full")), testing::HasSubstr("is not for the nine drums"));
  const data::WindowSet train = windows().where([](const data::SourceFile& file) { return file.split == data::Split::train; });
  EXPECT_THROW((void)evaluate(tiny(), train, few), ArgumentError);
  const data::WindowSet test = windows().where([](const data::SourceFile& file) { return file.split == data::Split::test; });
  EXPECT_THROW((void)evaluate(tiny(), test, few), ArgumentError);
}

TEST_F(Evaluation, StopsWhenProgressThrows) {
  Options options = few;
  options.progress = [](const std::string& what, std::size_t, std::size_t) {
    if (what == "samples") throw std::runtime_error("enough");
  };
  EXPECT_THROW((void)evaluate(tiny(), windows(), options), std::runtime_error);
}

// The reference figures from the issue tracker: 2-bar test windows with every hit on the grid.
TEST(EvaluationOfGroove, TheQuantisedBaselineOfTwoBarTestWindows) {
  const std::filesystem::path groove = std::filesystem::path(test::shared_folder) / "groove" / "groove-v1.0.0-midionly.zip";
  if (!std::filesystem::exists(groove)) GTEST_SKIP() << "needs " << groove << ", which is not here";
  const data::WindowSet set = data::open_windows(groove, {.converter = data::GrooveConverter({.bars = 2})});
  FeelSums sums;
  for (const std::size_t index : set.windows(data::Split::test)) {
    const DrumSequence window = groove_of(set, index);
    for (int step = 0; step < window.steps(); ++step) {
      for (int d = 0; d < kDrums; ++d) {
        const Cell& cell = window.at(step, static_cast<Drum>(d));
        if (cell.hit) sums.add(0.0, double{cell.offset}, 15000.0 / set.file(index).bpm);
      }
    }
  }
  EXPECT_NEAR(sums.mean().timing_mae_ms, 22.65, 0.1);
  EXPECT_NEAR(sums.mean().timing_mse, 0.0416, 0.0002);
}

}  // namespace
}  // namespace musicvae::evaluation

#include "musicvae/evaluation/melody_evaluation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <variant>

#include "melody_distance.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/data/melody_converter.hpp"
#include "musicvae/data/window_music.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/evaluation/melody_features.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"

namespace musicvae::evaluation {
namespace {

// A tune of four bars that depends on `key`.
Melody tune(int key) {
  Melody melody(64);
  for (int step = 0; step < 64; step += 2) {
    const int note = (step * (key % 5 + 2) + key) % 13;
    if (note < 11) melody.set(step, 60 + key + note);
  }
  return melody;
}

class MelodyEvaluation : public testing::Test {
 protected:
  MelodyEvaluation() {
    for (const char* split : {"train", "test"}) {
      std::filesystem::create_directories(folder_ / split);
      for (int i = 0; i < 6; ++i)
        write_midi(to_notes(tune(*split == 't' && split[1] == 'r' ? i : i + 6)), folder_ / split / (std::to_string(i) + ".mid"));
    }
  }
  [[nodiscard]] data::WindowSet windows(int bars = 2) const {
    return data::open_windows(folder_.path(), {.converter = data::MelodyConverter({.bars = bars})});
  }
  test::TempFolder folder_;
};

const Options few_samples = {.samples = 70, .pairs = 5, .seed = 3};

MusicVae tiny_melodies() {
  return MusicVae(test::tiny_model(named_config("cat-mel_2bar_small")));
}

std::vector<Melody> melodies_in(const data::WindowSet& set, data::Split split) {
  std::vector<Melody> melodies;
  for (const std::size_t index : set.windows(split)) melodies.push_back(data::value_of<Melody>(set, index));
  return melodies;
}

TEST_F(MelodyEvaluation, IsTheSameOnAnyNumberOfThreads) {
  Options options = few_samples;
  options.threads = 1;
  const std::string once = to_json(evaluate_melodies(tiny_melodies(), windows(), options));
  options.threads = 3;
  EXPECT_EQ(to_json(evaluate_melodies(tiny_melodies(), windows(), options)), once);
  options.seed = 4;
  EXPECT_NE(to_json(evaluate_melodies(tiny_melodies(), windows(), options)), once);
}

TEST_F(MelodyEvaluation, CountsTheEventsOfTheDecodedWindows) {
  const MusicVae model = tiny_melodies();
  const data::WindowSet set = windows();
  const MelodyReport report = evaluate_melodies(model, set, few_samples);
  const std::vector<Melody> real = melodies_in(set, data::Split::test);
  ASSERT_EQ(report.windows, real.size());
  Sampler sampler(model);
  const MelodyRepresentation representation;
  int right = 0;
  int predicted = 0;
  double nll = 0.0;
  for (const Melody& melody : real) {
    const std::vector<float> mu = model.encode(melody).mu;
    const Melody made = sampler.decode<Melody>(mu, {.temperature = 0.0F}).front();
    std::vector<float> target;
    for (const float row : representation.rows(melody)) {
      target.insert(target.end(), MelodyRepresentation::kClasses, 0.0F);
      target[target.size() - MelodyRepresentation::kClasses + static_cast<std::size_t>(row)] = 1.0F;
    }
    const std::vector<float> logits = model.decode_teacher_forced(mu, target);
    for (int step = 0; step < melody.steps(); ++step) {
      right += static_cast<int>(made.at(step) == melody.at(step));
      const auto* row = logits.data() + static_cast<std::ptrdiff_t>(step) * MelodyRepresentation::kClasses;
      const auto wanted = static_cast<std::ptrdiff_t>(representation.rows(melody)[static_cast<std::size_t>(step)]);
      double sum = 0.0;
      for (int c = 0; c < MelodyRepresentation::kClasses; ++c) sum += std::exp(static_cast<double>(row[c]));
      nll += std::log(sum) - static_cast<double>(row[wanted]);
      predicted += static_cast<int>(std::max_element(row, row + MelodyRepresentation::kClasses) - row == wanted);
    }
  }
  const double steps = 32.0 * static_cast<double>(real.size());
  EXPECT_NEAR(report.from_mean.free_running, right / steps, 1e-12);
  EXPECT_NEAR(report.from_mean.teacher_forced, predicted / steps, 1e-12);
  EXPECT_NEAR(report.from_mean.nll, nll / static_cast<double>(real.size()), 1e-4);
  EXPECT_NEAR(report.from_mean.elbo, -(report.from_mean.nll + report.kl), 1e-9);
  EXPECT_NE(report.from_posterior.nll, report.from_mean.nll) << "z is drawn";
}

TEST_F(MelodyEvaluation, ComparesSamplesWithRealMelodies) {
  const MusicVae model = tiny_melodies();
  const data::WindowSet set = windows();
  const SampleReport report = evaluate_melodies(model, set, few_samples).samples;
  ASSERT_EQ(report.features.front().name, "notes");
  std::vector<double> of_samples;
  std::vector<double> of_real;
  for (const Melody& melody :
       Sampler(model).sample<Melody>({.n = few_samples.samples, .decode = {.temperature = 1.0F, .seed = few_samples.seed}}))
    of_samples.push_back(melody.num_notes());
  for (const Melody& melody : melodies_in(set, data::Split::test)) of_real.push_back(melody.num_notes());
  EXPECT_NEAR(report.features.front().samples.overlap, compare(of_real, of_samples).overlap, 1e-12);
}

TEST_F(MelodyEvaluation, TrainAgainstItselfIsPerfect) {
  Options options = few_samples;
  options.split = data::Split::train;
  const MelodyReport report = evaluate_melodies(tiny_melodies(), windows(), options);
  for (const FeatureReport& feature : report.samples.features) EXPECT_NEAR(feature.train.overlap, 1.0, 1e-9) << feature.name;
  EXPECT_EQ(report.samples.real_novelty.mean, 0.0) << "each is its own nearest";
  EXPECT_EQ(report.samples.real_novelty.near_copies, 1.0);
  EXPECT_EQ(report.samples.novelty.near_copies, 0.0) << "the tiny model's samples are noise";
}

TEST_F(MelodyEvaluation, PathsBeginAndEndWhereTheyShould) {
  const InterpolationReport report = *evaluate_melodies(tiny_melodies(), windows(), few_samples).interpolation;
  ASSERT_EQ(report.position.size(), 11U);
  EXPECT_EQ(report.crossfade.to_first.front(), 0.0);
  EXPECT_EQ(report.crossfade.to_second.back(), 0.0);
  EXPECT_EQ(report.crossfade.to_first.back(), report.crossfade.to_second.front());
  EXPECT_GT(report.crossfade.to_first.back(), 0.0);
  Options none = few_samples;
  none.pairs = 0;
  EXPECT_FALSE(evaluate_melodies(tiny_melodies(), windows(), none).interpolation);
}

TEST_F(MelodyEvaluation, KnowsTheKindOfTheModel) {
  EXPECT_TRUE(std::holds_alternative<MelodyReport>(evaluate_any(tiny_melodies(), windows(), few_samples)));
  EXPECT_THROW((void)evaluate_any(MusicVae(test::tiny_model(named_config("cat-drums_2bar_small"))), windows(), few_samples), Error);
  EXPECT_THROW((void)evaluate_melodies(MusicVae(test::tiny_model()), windows(), few_samples), ConfigError);
  EXPECT_THROW((void)evaluate_melodies(tiny_melodies(), windows(1), few_samples), ArgumentError) << "windows of one bar";
}

TEST(MelodyDistance, IsTheNumberOfStepsThatDifferInTheBestKey) {
  Melody melody(32);
  for (int step = 0; step < 32; step += 4) melody.set(step, 60 + step % 7);
  const std::vector<Melody> known = {melody, Melody(32)};
  const MelodyDistance distance(known);
  EXPECT_EQ(distance.to_nearest(melody), 0);
  EXPECT_EQ(distance.to_nearest(melody.transposed(-5)), 0) << "a copy in another key";
  Melody changed = melody.transposed(3);
  changed.set(8, 80);
  EXPECT_EQ(distance.to_nearest(changed), 1) << "another pitch";
  changed.set(12, Melody::kHold);
  changed.set(13, 70);
  EXPECT_EQ(distance.to_nearest(changed), 3) << "and a note that begins later";
  changed.set(31, Melody::kOff);
  EXPECT_EQ(distance.to_nearest(changed), 4) << "and an end";
}

}  // namespace
}  // namespace musicvae::evaluation

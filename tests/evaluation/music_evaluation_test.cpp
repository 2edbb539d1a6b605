#include "musicvae/evaluation/music_evaluation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <variant>

#include "evaluation/kinds/kinds.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/data/melody_converter.hpp"
#include "musicvae/data/tracks_converter.hpp"
#include "musicvae/data/trio_converter.hpp"
#include "musicvae/data/window_music.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/evaluation/melody_features.hpp"
#include "musicvae/latent/latent_table.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/sequence/melody_notes.hpp"
#include "musicvae/sequence/tracks_notes.hpp"
#include "musicvae/sequence/trio_notes.hpp"
#include "small_music.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"
#include "tiny_tracks.hpp"

namespace musicvae::evaluation {
namespace {

using test::band;
using test::song;
using test::tune;

const Options few_samples = {.samples = 70, .pairs = 5, .seed = 3};

MusicReport report_of(const MusicVae& model, const data::WindowSet& set, const Options& options = few_samples) {
  return std::get<MusicReport>(evaluate_any(model, set, options));
}

template <class Value>
std::vector<Value> values_in(const data::WindowSet& set, data::Split split) {
  std::vector<Value> values;
  for (const std::size_t index : set.windows(split)) values.push_back(data::value_of<Value>(set, index));
  return values;
}

// Six files of the split train and six of the split test; `make(i)` makes the music of file i of 0 to 11.
template <class Make>
void write_splits(const std::filesystem::path& folder, Make make) {
  for (int i = 0; i < 12; ++i) {
    const std::filesystem::path split = folder / (i < 6 ? "train" : "test");
    std::filesystem::create_directories(split);
    write_midi(to_notes(make(i)), split / (std::to_string(i) + ".mid"));
  }
}

class MelodyEvaluation : public testing::Test {
 protected:
  MelodyEvaluation() { write_splits(folder_.path(), tune); }
  [[nodiscard]] data::WindowSet windows(int bars = 2) const {
    return data::open_windows(folder_.path(), {.converter = data::MelodyConverter({.bars = bars})});
  }
  test::TempFolder folder_;
};

MusicVae tiny_melodies() {
  return MusicVae(test::tiny_model(named_config("cat-mel_2bar_small")));
}

TEST_F(MelodyEvaluation, IsTheSameOnAnyNumberOfThreads) {
  Options options = few_samples;
  options.threads = 1;
  const std::string once = to_json(report_of(tiny_melodies(), windows(), options));
  options.threads = 3;
  EXPECT_EQ(to_json(report_of(tiny_melodies(), windows(), options)), once);
  options.seed = 4;
  EXPECT_NE(to_json(report_of(tiny_melodies(), windows(), options)), once);
}

TEST_F(MelodyEvaluation, CountsTheEventsOfTheDecodedWindows) {
  const MusicVae model = tiny_melodies();
  const data::WindowSet set = windows();
  const MusicReport report = report_of(model, set, few_samples);
  const std::vector<Melody> real = values_in<Melody>(set, data::Split::test);
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
  const SampleReport report = report_of(model, set, few_samples).samples;
  ASSERT_EQ(report.features.front().name, "notes");
  std::vector<double> of_samples;
  std::vector<double> of_real;
  for (const Melody& melody :
       Sampler(model).sample<Melody>({.n = few_samples.samples, .decode = {.temperature = 1.0F, .seed = few_samples.seed}}))
    of_samples.push_back(melody.num_notes());
  for (const Melody& melody : values_in<Melody>(set, data::Split::test)) of_real.push_back(melody.num_notes());
  EXPECT_NEAR(report.features.front().samples.overlap, compare(of_real, of_samples).overlap, 1e-12);
}

TEST_F(MelodyEvaluation, TrainAgainstItselfIsPerfect) {
  Options options = few_samples;
  options.split = data::Split::train;
  const MusicReport report = report_of(tiny_melodies(), windows(), options);
  for (const FeatureReport& feature : report.samples.features) EXPECT_NEAR(feature.train.overlap, 1.0, 1e-9) << feature.name;
  EXPECT_EQ(report.samples.real_novelty.mean, 0.0) << "each is its own nearest";
  EXPECT_EQ(report.samples.real_novelty.near_copies, 1.0);
  EXPECT_EQ(report.samples.novelty.near_copies, 0.0) << "the tiny model's samples are noise";
}

TEST_F(MelodyEvaluation, PathsBeginAndEndWhereTheyShould) {
  const InterpolationReport report = *report_of(tiny_melodies(), windows(), few_samples).interpolation;
  ASSERT_EQ(report.position.size(), 11U);
  EXPECT_EQ(report.crossfade.to_first.front(), 0.0);
  EXPECT_EQ(report.crossfade.to_second.back(), 0.0);
  EXPECT_EQ(report.crossfade.to_first.back(), report.crossfade.to_second.front());
  EXPECT_GT(report.crossfade.to_first.back(), 0.0);
  Options none = few_samples;
  none.pairs = 0;
  EXPECT_FALSE(report_of(tiny_melodies(), windows(), none).interpolation);
}

TEST_F(MelodyEvaluation, KnowsTheKindOfTheModel) {
  EXPECT_EQ(report_of(tiny_melodies(), windows()).music, "melodies");
  EXPECT_THROW((void)evaluate_any(MusicVae(test::tiny_model(named_config("cat-drums_2bar_small"))), windows(), few_samples), Error);
  EXPECT_THROW((void)evaluate_any(MusicVae(test::tiny_model(named_config("trio_4bar"))), windows(4), few_samples), ConfigError);
  EXPECT_THROW((void)evaluate(tiny_melodies(), windows(), few_samples), ConfigError);
  EXPECT_THROW((void)report_of(tiny_melodies(), windows(1)), ArgumentError) << "windows of one bar";
}

TEST_F(MelodyEvaluation, AttributesMoveTheSamples) {
  const MusicVae model = tiny_melodies();
  Options options = few_samples;
  options.attributes = latent_space_of(model, windows()).attributes;
  ASSERT_TRUE(options.attributes.contains("density"));
  const std::vector<AttributeReport> reports = report_of(model, windows(), options).attributes;
  ASSERT_EQ(reports.size(), options.attributes.size());
  const auto density = std::find_if(reports.begin(), reports.end(), [](const AttributeReport& r) { return r.name == "density"; });
  ASSERT_NE(density, reports.end());
  Sampler sampler(model);
  std::vector<float> z = sampler.prior(options.seed, options.samples);
  apply_attributes(z, options.attributes, {{"density", 1.0F}});
  double high = 0.0;
  for (const Melody& melody : sampler.decode<Melody>(z, {.temperature = 1.0F, .seed = options.seed}))
    high += note_density(melody) / options.samples;
  EXPECT_NEAR(density->high, high, 1e-12);
  EXPECT_NE(density->high, density->plain);
}

class TrioEvaluation : public testing::Test {
 protected:
  TrioEvaluation() { write_splits(folder_.path(), song); }
  [[nodiscard]] data::WindowSet windows() const {
    return data::open_windows(folder_.path(), {.converter = data::TrioConverter({.bars = 4})});
  }
  test::TempFolder folder_;
};

MusicVae tiny_trios() {
  return MusicVae(test::tiny_model(named_config("trio_4bar")));
}

TEST_F(TrioEvaluation, CountsTheEventsOfEachPart) {
  const MusicVae model = tiny_trios();
  const data::WindowSet set = windows();
  const MusicReport report = report_of(model, set);
  const std::vector<Trio> real = values_in<Trio>(set, data::Split::test);
  ASSERT_EQ(report.windows, real.size());
  ASSERT_EQ(report.from_mean.parts.size(), 3U);
  Sampler sampler(model);
  const TrioRepresentation representation;
  int all = 0;
  std::array<int, 3> right{};
  std::array<int, 3> predicted{};
  for (const Trio& trio : real) {
    const std::vector<float> mu = model.encode(trio).mu;
    const Trio made = sampler.decode<Trio>(mu, {.temperature = 0.0F}).front();
    const std::vector<float> rows = representation.rows(trio);
    const std::vector<float> rows_made = representation.rows(made);
    std::vector<float> target;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto width = static_cast<std::size_t>(TrioRepresentation::kClasses[i % 3]);
      target.insert(target.end(), width, 0.0F);
      target[target.size() - width + static_cast<std::size_t>(rows[i])] = 1.0F;
      right[i % 3] += static_cast<int>(rows[i] == rows_made[i]);
    }
    const std::vector<float> logits = model.decode_teacher_forced(mu, target);
    auto row = logits.begin();
    for (int step = 0; step < trio.steps(); ++step) {
      bool whole = true;
      for (std::size_t part = 0; part < 3; ++part) {
        const auto width = static_cast<std::ptrdiff_t>(TrioRepresentation::kClasses[part]);
        const bool hit =
            std::max_element(row, row + width) - row == static_cast<std::ptrdiff_t>(rows[static_cast<std::size_t>(step) * 3 + part]);
        predicted[part] += static_cast<int>(hit);
        whole = whole && hit;
        row += width;
      }
      all += static_cast<int>(whole);
    }
  }
  const double steps = 64.0 * static_cast<double>(real.size());
  EXPECT_NEAR(report.from_mean.teacher_forced, all / steps, 1e-12);
  for (std::size_t part = 0; part < 3; ++part) {
    EXPECT_EQ(report.from_mean.parts[part].name, name(static_cast<TrioPart>(part)));
    EXPECT_NEAR(report.from_mean.parts[part].free_running, right[part] / steps, 1e-12);
    EXPECT_NEAR(report.from_mean.parts[part].teacher_forced, predicted[part] / steps, 1e-12);
  }
  EXPECT_GT(predicted[0] + predicted[1] + predicted[2], 0);
  EXPECT_NE(report.from_posterior.nll, report.from_mean.nll) << "z is drawn";
}

TEST_F(TrioEvaluation, ComparesSamplesWithRealTrios) {
  const MusicVae model = tiny_trios();
  const data::WindowSet set = windows();
  const SampleReport report = report_of(model, set).samples;
  const auto feature = [&](const std::string& name) {
    const auto found = std::find_if(report.features.begin(), report.features.end(), [&](const auto& f) { return f.name == name; });
    EXPECT_NE(found, report.features.end()) << name;
    return *found;
  };
  double bass_notes = 0.0;
  double hits = 0.0;
  const std::vector<Trio> real = values_in<Trio>(set, data::Split::test);
  for (const Trio& trio : real) {
    bass_notes += static_cast<double>(trio.bass().num_notes()) / static_cast<double>(real.size());
    hits += static_cast<double>(trio.drums().hits()) / static_cast<double>(real.size());
  }
  EXPECT_NEAR(feature("bass:notes").real_mean, bass_notes, 1e-9);
  EXPECT_NEAR(feature("drums:density").real_mean, hits, 1e-9);
  EXPECT_GT(feature("melody:pitch").real_mean, feature("bass:pitch").real_mean);
  EXPECT_GT(feature("in_key").real_mean, 0.5);
  ASSERT_EQ(report.shares.size(), 1U);
  double agree = 0.0;
  for (const Trio& trio : real) agree += Measures<Trio>::shares().of(trio).front() / static_cast<double>(real.size());
  EXPECT_EQ(report.shares[0].name, "same_key");
  EXPECT_NEAR(report.shares[0].real, agree, 1e-9);
}

TEST_F(TrioEvaluation, TrainAgainstItselfIsPerfectAndPathsHaveTheirEnds) {
  Options options = few_samples;
  options.split = data::Split::train;
  const MusicReport report = report_of(tiny_trios(), windows(), options);
  for (const FeatureReport& feature : report.samples.features) EXPECT_NEAR(feature.train.overlap, 1.0, 1e-9) << feature.name;
  EXPECT_EQ(report.samples.shares[0].train, report.samples.shares[0].real);
  EXPECT_EQ(report.samples.real_novelty.near_copies, 1.0);
  EXPECT_EQ(report.samples.novelty.near_copies, 0.0);
  EXPECT_EQ(report.interpolation->crossfade.to_first.front(), 0.0);
  EXPECT_EQ(report.interpolation->crossfade.to_second.back(), 0.0);
  EXPECT_GT(report.interpolation->crossfade.to_first.back(), 0.0);
  EXPECT_LE(report.interpolation->crossfade.to_first.back(), 1.0);
  EXPECT_GT(report.interpolation->crossfade.log_likelihood.front(), report.interpolation->slerp.log_likelihood.front());
}

TEST_F(TrioEvaluation, IsTheSameOnAnyNumberOfThreads) {
  Options options = few_samples;
  options.threads = 1;
  const std::string once = to_json(report_of(tiny_trios(), windows(), options));
  options.threads = 3;
  EXPECT_EQ(to_json(report_of(tiny_trios(), windows(), options)), once);
  EXPECT_THAT(once, testing::HasSubstr("\"parts\":{\"melody\":{\"teacher_forced\":"));
  EXPECT_THAT(once, testing::HasSubstr("\"shares\":{\"same_key\":{\"samples\":"));
}

class TracksEvaluation : public testing::Test {
 protected:
  TracksEvaluation() { write_splits(folder_.path(), band); }
  [[nodiscard]] data::WindowSet windows() const { return data::open_windows(folder_.path(), {.converter = data::TracksConverter()}); }
  test::TempFolder folder_;
};

// A model that often ends a track, so that some of its tokens are right.
MusicVae tiny_tracks() {
  ModelFile file = test::tiny_model(test::tiny_tracks_config(false));
  Tensor& bias = file.weights.at(tensor_names::output(file.config, 0) + "/bias");
  std::vector<float> values = bias.values.floats();
  values[TracksRepresentation::kEnd] += 3.0F;
  bias.values = values;
  return MusicVae(file);
}

Options few_bars() {
  Options options = few_samples;
  options.samples = 10;
  options.pairs = 2;
  return options;
}

TEST_F(TracksEvaluation, CountsTheTokensOfEachKind) {
  const MusicVae model = tiny_tracks();
  const data::WindowSet set = windows();
  const MusicReport report = report_of(model, set, few_bars());
  EXPECT_EQ(report.music, "tracks");
  const std::vector<Tracks> real = values_in<Tracks>(set, data::Split::test);
  ASSERT_EQ(report.windows, real.size());
  const TracksRepresentation representation;
  const auto kind_of = [](int token) -> std::string {
    if (token >= TracksRepresentation::kEnd) return "end";
    if (token >= TracksRepresentation::kProgram) return "program";
    if (token >= TracksRepresentation::kVelocity) return "velocity";
    if (token >= TracksRepresentation::kTimeShift) return "time_shift";
    return token >= TracksRepresentation::kNoteOff ? "note_off" : "note_on";
  };
  struct Counts {
    int all = 0, teacher_forced = 0, free_running = 0;
  };
  std::map<std::string, Counts> counts;
  Counts sum;
  Sampler sampler(model);
  for (const Tracks& bar : real) {
    const std::vector<float> rows = representation.rows(bar);
    std::vector<float> target(rows.size() * TracksRepresentation::kTokens);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      representation.write_target(OutputFormat::one_hot, std::span(rows).subspan(row, 1),
                                  std::span(target).subspan(row * TracksRepresentation::kTokens, TracksRepresentation::kTokens));
    }
    const std::vector<float> mu = model.encode(bar).mu;
    const std::vector<float> logits = model.decode_teacher_forced(mu, target);
    const std::vector<float> decoded = sampler.decode_tensors(mu, {.temperature = 0.0F}).tensors;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows[row] < 0.0F) continue;
      const int token = static_cast<int>(rows[row]) % TracksRepresentation::kTokens;
      const auto largest = [&](const std::vector<float>& all) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(row * TracksRepresentation::kTokens);
        return static_cast<int>(std::max_element(begin, begin + TracksRepresentation::kTokens) - begin);
      };
      for (Counts* count : {&counts[kind_of(token)], &sum}) {
        ++count->all;
        count->teacher_forced += static_cast<int>(largest(logits) == token);
        count->free_running += static_cast<int>(largest(decoded) == token);
      }
    }
  }
  EXPECT_GT(sum.teacher_forced, 0);
  EXPECT_GT(sum.free_running, 0);
  EXPECT_NEAR(report.from_mean.teacher_forced, static_cast<double>(sum.teacher_forced) / sum.all, 1e-12);
  EXPECT_NEAR(report.from_mean.free_running, static_cast<double>(sum.free_running) / sum.all, 1e-12);
  ASSERT_EQ(report.from_mean.parts.size(), counts.size());
  for (const PartAccuracy& part : report.from_mean.parts) {
    const Counts& count = counts.at(part.name);
    EXPECT_NEAR(part.teacher_forced, static_cast<double>(count.teacher_forced) / count.all, 1e-12) << part.name;
    EXPECT_NEAR(part.free_running, static_cast<double>(count.free_running) / count.all, 1e-12) << part.name;
  }
}

TEST_F(TracksEvaluation, ComparesBarsWithRealOnes) {
  Options options = few_bars();
  options.split = data::Split::train;
  const MusicReport report = report_of(tiny_tracks(), windows(), options);
  ASSERT_EQ(report.samples.features.front().name, "notes");
  EXPECT_EQ(report.samples.features.front().real_mean, 6.0);
  for (const FeatureReport& feature : report.samples.features) EXPECT_NEAR(feature.train.overlap, 1.0, 1e-9) << feature.name;
  for (const ShareReport& share : report.samples.shares) {
    EXPECT_EQ(share.train, share.real) << share.name;
    EXPECT_EQ(share.real, share.name == "bass" || share.name == "drums" || share.name == "ensemble" ? 1.0 : 0.0) << share.name;
    EXPECT_EQ(share.independent, share.real) << share.name << ": each track is that of some window";
  }
  EXPECT_EQ(report.samples.real_novelty.near_copies, 1.0);
  EXPECT_EQ(report.samples.real_novelty.mean, 0.0);
  ASSERT_TRUE(report.interpolation);
  EXPECT_EQ(report.interpolation->crossfade.to_first.front(), 0.0);
  EXPECT_EQ(report.interpolation->crossfade.to_second.back(), 0.0);
  EXPECT_GT(report.interpolation->crossfade.to_first.back(), 0.0);
}

TEST_F(TracksEvaluation, WithChords) {
  const MusicVae model(test::tiny_model(test::tiny_tracks_config(true)));
  const data::WindowSet set = data::open_windows(folder_.path(), {.converter = data::converter_for(model.config())});
  EXPECT_GT(report_of(model, set, few_bars()).from_mean.nll, 0.0);
}

}  // namespace
}  // namespace musicvae::evaluation

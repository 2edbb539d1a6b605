// Augmentation follows its formulae, changes only hits, and draws different random numbers for every position.
#include "musicvae/train/augmentation.hpp"
#include "musicvae/model/heads/categorical.hpp"
#include "musicvae/model/heads/feel.hpp"
#include "musicvae/model/heads/nade.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/model/representations/tensors.hpp"
#include "musicvae/model/representations/trio.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <cstdlib>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "augmentation_json.hpp"
#include "batch_loader.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_tensor.hpp"

namespace musicvae::train {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

// A row with the cells (velocity, offset) of the first drums; the others are silent.
std::vector<float> row(std::vector<std::pair<float, float>> cells) {
  std::vector<float> result(kDrumTensorDepth);
  for (std::size_t d = 0; d < cells.size(); ++d) {
    result[d] = 1.0F;
    result[kDrums + d] = cells[d].first;
    result[2 * kDrums + d] = cells[d].second;
  }
  return result;
}

std::vector<float> changed(const WindowChange& change, std::vector<float> row, int step) {
  change.apply(GrooveRepresentation(), row, step);
  return row;
}

TEST(WindowChange, ScalesVelocitiesUpToOne) {
  const WindowChange louder{.velocity_factor = 1.5F};
  EXPECT_EQ(changed(louder, row({{0.5F, 0.25F}, {0.75F, 0.0F}, {0.0F, 0.0F}}), 0), row({{0.75F, 0.25F}, {1.0F, 0.0F}, {0.0F, 0.0F}}));
}

TEST(WindowChange, ScalesOffsetsWithinACell) {
  const WindowChange wider{.offset_factor = 1.5F};
  EXPECT_EQ(changed(wider, row({{0.5F, 0.5F}, {0.5F, -0.5F}, {0.5F, 0.9F}, {0.5F, -0.9F}}), 3),
            row({{0.5F, 0.75F}, {0.5F, -0.75F}, {0.5F, 1.0F}, {0.5F, -1.0F}}));
}

TEST(WindowChange, SwingPlaysOffBeatsLate) {
  const WindowChange swung{.late = 0.5F};
  const std::vector<float> before = row({{0.5F, 0.0F}, {0.5F, 0.75F}, {0.5F, -0.75F}});
  EXPECT_EQ(changed(swung, before, 0), before);
  EXPECT_EQ(changed(swung, before, 2), before);
  EXPECT_EQ(changed(swung, before, 1), row({{0.5F, -0.5F}, {0.5F, 0.25F}, {0.5F, -1.0F}}));  // the last hit stays in its cell
  // Half a step is two quarters of one. Converted to cells, where late is positive, the result agrees.
  std::vector<float> window = before;
  window.insert(window.end(), before.begin(), before.end());
  for (int t = 0; t < 2; ++t)
    swung.apply(GrooveRepresentation(), std::span(window).subspan(static_cast<std::size_t>(t) * kDrumTensorDepth, kDrumTensorDepth), t);
  const DrumSequence heard = from_tensor(window, 2);
  EXPECT_EQ(heard.at(0, Drum::kick).offset, 0.0F);
  EXPECT_EQ(heard.at(1, Drum::kick).offset, 0.5F);
}

TEST(WindowChange, LeavesCellsWithoutAHit) {
  const std::vector<float> silent(kDrumTensorDepth);
  EXPECT_EQ(changed({.velocity_factor = 2.0F, .offset_factor = 2.0F, .late = 1.0F}, silent, 1), silent);
}

TEST(WindowChange, SwapsTwoDrums) {
  const WindowChange swapped{.velocity_factor = 0.5F, .swapped = std::pair{Drum::snare, Drum::open_hihat}};
  EXPECT_EQ(changed(swapped, row({{0.5F, 0.25F}, {1.0F, -0.5F}, {0.5F, 0.0F}, {0.25F, 0.75F}}), 0),
            row({{0.25F, 0.25F}, {0.125F, 0.75F}, {0.25F, 0.0F}, {0.5F, -0.5F}}));
}

TEST(WindowChange, DrawsDrumsThatAreAlikeAsOftenAsToldAndEachPairAsOften) {
  constexpr int count = 4000;
  std::map<std::optional<std::pair<Drum, Drum>>, int> times;
  for (std::uint64_t position = 0; position < count; ++position) ++times[WindowChange::draw({.drum_swap = 0.4}, 5, position).swapped];
  const int kept = times[std::nullopt];
  EXPECT_NEAR(kept, 0.6 * count, 5 * std::sqrt(count * 0.6 * 0.4));
  EXPECT_EQ(times.size(), 5U);
  for (const auto& pair : {std::pair{Drum::closed_hihat, Drum::ride}, std::pair{Drum::low_tom, Drum::mid_tom},
                           std::pair{Drum::mid_tom, Drum::high_tom}, std::pair{Drum::open_hihat, Drum::crash}}) {
    EXPECT_NEAR(times[pair], 0.1 * count, 5 * std::sqrt(count * 0.1 * 0.9));
  }
}

TEST(WindowChange, IsDrawnEvenlyFromItsRange) {
  const Augmentation wanted{.velocity_scale = 0.2, .swing = 0.3, .timing_scale = 0.5};
  constexpr int count = 4000;
  std::vector<double> velocity, offset, late;
  for (std::uint64_t position = 0; position < count; ++position) {
    const auto change = WindowChange::draw(wanted, 5, position);
    velocity.push_back(change.velocity_factor);
    offset.push_back(change.offset_factor);
    late.push_back(change.late);
  }
  const auto expect = [](const std::vector<double>& values, double low, double high) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    EXPECT_GE(*least, low - 1e-6);
    EXPECT_LE(*most, high + 1e-6);
    // 4000 uniform draws: an end is missed by more than 1 % of the range once in e^40 runs, and the mean has a standard deviation of 0.46
    // %.
    EXPECT_LT(*least, low + 0.01 * (high - low));
    EXPECT_GT(*most, high - 0.01 * (high - low));
    double sum = 0.0;
    for (const double value : values) sum += value;
    EXPECT_NEAR(sum / count, (low + high) / 2, 5 * 0.0046 * (high - low));
  };
  expect(velocity, 0.8, 1.2);
  expect(offset, 0.5, 1.5);
  expect(late, 0.0, 0.6);  // in half steps
}

TEST(WindowChange, IsAFunctionOfSeedAndPosition) {
  const Augmentation wanted{.velocity_scale = 0.2};
  const auto factor = [&](std::uint64_t seed, std::uint64_t position) {
    return WindowChange::draw(wanted, seed, position).velocity_factor;
  };
  EXPECT_EQ(factor(1, 7), factor(1, 7));
  EXPECT_NE(factor(1, 7), factor(1, 8));
  EXPECT_NE(factor(1, 7), factor(2, 7));
  EXPECT_NE(factor(1, 7), factor(1, 7 + (std::uint64_t{1} << 32)));
}

TEST(Augmentation, NamesTheFieldThatIsOutOfRange) {
  const auto validate = [](Augmentation augmentation) { return [augmentation] { augmentation.validate(); }; };
  EXPECT_NO_THROW(validate({})());
  EXPECT_NO_THROW(validate({.velocity_scale = 1.0, .swing = 0.5, .timing_scale = 1.0})());
  EXPECT_THAT(validate({.velocity_scale = 1.1}),
              ThrowsMessage<ArgumentError>(AllOf(HasSubstr("velocity_scale is 1.1"), HasSubstr("0 to 1"))));
  EXPECT_THAT(validate({.swing = 0.6}), ThrowsMessage<ArgumentError>(AllOf(HasSubstr("swing is 0.6"), HasSubstr("0 to 0.5"))));
  EXPECT_THAT(validate({.timing_scale = -0.1}), ThrowsMessage<ArgumentError>(HasSubstr("timing_scale is -0.1")));
  EXPECT_THAT(validate({.drum_swap = 1.5}), ThrowsMessage<ArgumentError>(HasSubstr("drum_swap is 1.5; use 0 to 1")));
  EXPECT_THAT(validate({.swing = std::numeric_limits<double>::quiet_NaN()}), ThrowsMessage<ArgumentError>(HasSubstr("swing")));
}

TEST(Augmentation, NeedsVelocitiesAndForSwingOffBeats) {
  const Augmentation louder{.velocity_scale = 0.1};
  const Augmentation swung{.swing = 0.1};
  ModelConfig categories{.name = "categories", .representation = DrumsRepresentation(), .head = CategoricalHead()};
  EXPECT_NO_THROW(Augmentation{}.validate(categories));
  EXPECT_THAT([&] { louder.validate(categories); },
              ThrowsMessage<ConfigError>(AllOf(HasSubstr("categories"), HasSubstr("groove and feel heads"))));
  EXPECT_NO_THROW(louder.validate({.name = "feel", .head = FeelHead({.bins = 8, .components = 2})}));
  ModelConfig triplets{.name = "triplets", .steps_per_quarter = 3};
  EXPECT_NO_THROW(louder.validate(triplets));
  EXPECT_THAT([&] { swung.validate(triplets); }, ThrowsMessage<ConfigError>(AllOf(HasSubstr("triplets"), HasSubstr("steps_per_quarter"))));
}

TEST(Augmentation, NeedsTheNineDrumsToSwapThem) {
  const Augmentation swap{.drum_swap = 0.5};
  EXPECT_NO_THROW(swap.validate({.name = "nine"}));
  EXPECT_THAT([&] { swap.validate({.name = "four", .representation = TensorsRepresentation({.input = 12, .output = 12})}); },
              ThrowsMessage<ConfigError>(AllOf(HasSubstr("four"), HasSubstr("nine drums"))));
}

TEST(Augmentation, PassesThroughJson) {
  const Augmentation all{.velocity_scale = 0.25, .swing = 0.125, .timing_scale = 0.5, .drum_swap = 0.75};
  EXPECT_EQ(augmentation_from_json(to_json(all), "here"), all);
  EXPECT_EQ(augmentation_from_json({{"swing", 0.125}}, "here"), (Augmentation{.swing = 0.125}));
  const auto read = [](const nlohmann::ordered_json& json) { return [json] { (void)augmentation_from_json(json, "here"); }; };
  EXPECT_THAT(read({{"shuffle", 1}}), ThrowsMessage<ConfigError>(AllOf(HasSubstr("here"), HasSubstr("\"shuffle\""), HasSubstr("swing"))));
  EXPECT_THAT(read({{"swing", "much"}}), ThrowsMessage<ConfigError>(AllOf(HasSubstr("\"swing\""), HasSubstr("is not a number"))));
  EXPECT_THAT(read(nlohmann::ordered_json::array()), ThrowsMessage<ConfigError>(HasSubstr("not a JSON object")));
}

// A plan for two windows with the same hits.
BatchPlan plan_of_equal_hits(int batch, int rank, int world) {
  data::WindowSetWriter writer({.steps = 2, .depth = kDrumTensorDepth});
  data::FileWindows file;
  for (int t = 0; t < 4; ++t) {
    const std::vector<float> hits = row({{0.5F, 0.25F}, {0.25F, -0.25F}});
    file.rows.insert(file.rows.end(), hits.begin(), hits.end());
  }
  file.windows = {{.first_row = 0}, {.first_row = 2}};
  writer.add({.path = "hits"}, file);
  return {.config = {.name = "hits", .steps = 2},
          .windows = writer.finish(),
          .indices = {0, 1},
          .seed = 3,
          .batch = batch,
          .rank = rank,
          .world = world,
          .augmentation = {.velocity_scale = 0.5, .swing = 0.25, .timing_scale = 0.5, .drum_swap = 0.5}};
}

TEST(AugmentedBatches, EachWindowHasItsChangeWhicheverProcessLearnsIt) {
  BatchLoader whole(plan_of_equal_hits(4, 0, 1), 5, torch::kCPU);
  BatchLoader left(plan_of_equal_hits(2, 0, 2), 5, torch::kCPU);
  BatchLoader right(plan_of_equal_hits(2, 1, 2), 5, torch::kCPU);
  std::vector<std::vector<float>> seen;
  for (std::uint64_t step = 5; step < 8; ++step) {
    const torch::Tensor batch = whole.next().batch.input;
    EXPECT_TRUE(torch::equal(batch, torch::cat({left.next().batch.input, right.next().batch.input}, 1)));
    for (std::int64_t b = 0; b < 4; ++b) {
      const auto change = WindowChange::draw(plan_of_equal_hits(4, 0, 1).augmentation, 3, step * 4 + static_cast<std::uint64_t>(b));
      for (int t = 0; t < 2; ++t) {
        const torch::Tensor cells = batch[t][b].contiguous();
        seen.emplace_back(cells.data_ptr<float>(), cells.data_ptr<float>() + kDrumTensorDepth);
        EXPECT_EQ(seen.back(), changed(change, row({{0.5F, 0.25F}, {0.25F, -0.25F}}), t));
      }
    }
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());  // two windows, seen twelve times in all, never give equal rows
}

TEST(Transposition, MovesAWholeMelodyByEverySemitoneUpToTheAmount) {
  std::map<int, int> times;
  constexpr int count = 11'000;
  for (std::uint64_t position = 0; position < count; ++position) ++times[WindowChange::draw({.transpose = 5}, 5, position).semitones];
  ASSERT_EQ(times.size(), 11U);
  for (const auto& [semitones, drawn] : times) {
    EXPECT_LE(std::abs(semitones), 5);
    EXPECT_NEAR(drawn, count / 11, 4 * std::sqrt(count / 11.0)) << semitones;
  }
  const auto moved = [](float category, int semitones) {
    WindowChange change;
    change.semitones = semitones;
    change.apply(MelodyRepresentation(), {&category, 1}, 0);
    return category;
  };
  EXPECT_EQ(moved(0, 3), 0) << "hold";
  EXPECT_EQ(moved(1, 3), 1) << "off";
  EXPECT_EQ(moved(41, 3), 44);
  EXPECT_EQ(moved(2, -1), 13) << "the lowest note stays an octave inside the range";
  EXPECT_EQ(moved(89, 2), 79) << "and so does the highest";
}

TEST(Transposition, MovesChordsAlong) {
  const MelodyRepresentation representation({.chords = true});
  const auto moved = [&](std::vector<float> row, int semitones) {
    WindowChange change;
    change.semitones = semitones;
    change.apply(representation, row, 0);
    return row;
  };
  const auto category = [](const char* symbol) { return static_cast<float>(read_chord(symbol).chord.category()); };
  EXPECT_EQ(moved({41, category("Bm")}, 2), (std::vector<float>{43, category("C#m")}));
  EXPECT_EQ(moved({0, category("Cdim")}, -3), (std::vector<float>{0, category("Adim")})) << "under a hold, too";
  EXPECT_EQ(moved({1, category("N.C.")}, 3), (std::vector<float>{1, 0}));
  EXPECT_NO_THROW(Augmentation{.transpose = 3}.validate(named_config("cat-mel_2bar_med_chords")));
}

TEST(Transposition, MovesMelodyAndBassOfATrioAndNotItsDrums) {
  std::vector<float> row = {41, 1, 5};
  WindowChange change;
  change.semitones = 3;
  change.apply(TrioRepresentation(), row, 0);
  EXPECT_EQ(row, (std::vector<float>{44, 1, 5}));
  row[1] = 17;
  change.apply(TrioRepresentation(), row, 1);
  EXPECT_EQ(row, (std::vector<float>{47, 20, 5}));
  EXPECT_NO_THROW(Augmentation{.transpose = 5}.validate(named_config("hier-trio_16bar")));
}

TEST(Transposition, IsForMelodies) {
  EXPECT_THAT([] { Augmentation{.transpose = 5}.validate(named_config("groovae_4bar")); },
              ThrowsMessage<ConfigError>(HasSubstr("transpose is for melodies")));
  EXPECT_THAT([] { Augmentation{.swing = 0.1}.validate(named_config("cat-mel_2bar_small")); },
              ThrowsMessage<ConfigError>(HasSubstr("needs velocities and offsets")));
  EXPECT_NO_THROW(Augmentation{.transpose = 5}.validate(named_config("cat-mel_2bar_small")));
  EXPECT_THAT([] { Augmentation{.transpose = 1.5}.validate(); }, ThrowsMessage<ArgumentError>(HasSubstr("not a whole number")));
}

}  // namespace
}  // namespace musicvae::train

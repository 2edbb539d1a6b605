// Every named config learns: with small layers the loss falls within a few updates. Windows become the input of the config's task.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "hidden_cells.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "musicvae/sequence/melody.hpp"
#include "musicvae/sequence/tracks.hpp"
#include "musicvae/sequence/trio.hpp"
#include "musicvae/train/trainer.hpp"
#include "temp_folder.hpp"
#include "tiny_model.hpp"
#include "window_batches.hpp"

namespace musicvae::train {
namespace {

// Beats with different hi-hat rates and different feel, in the rows that the config takes.
data::WindowSet beats(const ModelConfig& config) {
  const int depth =
      config.representation->takes_rows_of(kDrumTensorDepth) ? kDrumTensorDepth : config.representation->output_depth(OutputFormat::hits);
  data::WindowSetWriter writer({.steps = config.steps, .depth = depth});
  for (int w = 0; w < 8; ++w) {
    DrumSequence groove(config.steps);
    for (int step = 0; step < config.steps; ++step) {
      const float feel = 0.1F * static_cast<float>((step + w) % 7 - 3);
      if (step % 8 == 0) groove.set(step, Drum::kick, 0.9F, feel);
      if (step % 8 == 4) groove.set(step, Drum::snare, 0.8F, feel);
      if (step % (w % 2 == 0 ? 2 : 4) == 0) groove.set(step, Drum::closed_hihat, 0.5F, feel);
    }
    writer.add({.path = std::to_string(w)},
               {.rows = representation_of<DrumSequence>(config).rows(groove), .windows = {{.first_row = 0, .bar = 0}}});
  }
  return writer.finish();
}

// Tunes of eighths and of quarters, each with its own rests and chords, in the rows that the config takes.
data::WindowSet tunes(const ModelConfig& config) {
  const int depth = config.representation->has_chords() ? 2 : 1;
  data::WindowSetWriter writer({.steps = config.steps, .depth = depth, .music = std::string(Melody::kPlural)});
  for (int w = 0; w < 8; ++w) {
    Melody tune(config.steps);
    for (int step = 0; step < config.steps; step += w % 2 == 0 ? 2 : 4) tune.set(step, 60 + (step / 2 + w) % 5);
    for (int step = 4 + 2 * w; step < config.steps; step += 32) tune.set(step, Melody::kOff);
    tune = tune.with_chords(read_chords("C Am:2 G:2").chords.transposed(w).repeated(config.steps));
    writer.add({.path = std::to_string(w)},
               {.rows = representation_of<Melody>(config).rows(tune), .windows = {{.first_row = 0, .bar = 0}}});
  }
  return writer.finish();
}

// The tunes, with a bass in quarters and a beat.
data::WindowSet trios(const ModelConfig& config) {
  data::WindowSetWriter writer({.steps = config.steps, .depth = kTrioParts, .music = std::string(Trio::kPlural)});
  for (int w = 0; w < 8; ++w) {
    Melody tune(config.steps);
    Melody bass(config.steps);
    DrumSequence drums(config.steps);
    for (int step = 0; step < config.steps; step += w % 2 == 0 ? 2 : 4) tune.set(step, 60 + (step / 2 + w) % 5);
    for (int step = 0; step < config.steps; step += 4) bass.set(step, 36 + (step / 16 + w) % 5);
    for (int step = 0; step < config.steps; step += 8) drums.set(step, step % 16 == 0 ? Drum::kick : Drum::snare);
    writer.add({.path = std::to_string(w)},
               {.rows = representation_of<Trio>(config).rows({tune, bass, drums}), .windows = {{.first_row = 0, .bar = 0}}});
  }
  return writer.finish();
}

// Bars of a bass, chords and drums, each with its own notes and rhythm.
data::WindowSet bars(const ModelConfig& config) {
  data::WindowSetWriter writer({.steps = config.steps, .depth = config.control_depth() > 0 ? 2 : 1, .music = std::string(Tracks::kPlural)});
  for (int w = 0; w < 8; ++w) {
    Tracks bar(config.window_steps());
    Track bass{.program = 33};
    Track chords{.program = 4};
    Track drums{.drums = true};
    for (int step = 0; step < bar.steps(); step += w % 2 == 0 ? 24 : 48) {
      bass.notes.push_back({.pitch = 40 + w, .velocity = 90, .start = step, .end = step + 12});
      for (const int pitch : {60 + w, 64 + w}) chords.notes.push_back({.pitch = pitch, .velocity = 60, .start = step, .end = step + 24});
      drums.notes.push_back({.pitch = 36, .velocity = 110, .start = step, .end = step + 6});
    }
    for (const Track& track : {bass, chords, drums}) bar.add(track);
    ChordSequence symbols(bar.steps());
    symbols.set(0, bar.steps(), Chord(w, ChordQuality::major));
    bar = bar.with_chords(symbols);
    writer.add({.path = std::to_string(w)}, {.rows = representation_of<Tracks>(config).rows(bar), .windows = {{.first_row = 0, .bar = 0}}});
  }
  return writer.finish();
}

data::WindowSet windows(const ModelConfig& config) {
  if (config.representation->music() == Trio::kPlural) return trios(config);
  if (config.representation->music() == Tracks::kPlural) return bars(config);
  return config.representation->music() == Melody::kPlural ? tunes(config) : beats(config);
}

class EveryConfig : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] static ModelConfig config() {
    ModelConfig config = test::tiny_config(named_config(GetParam()));
    config.training.learning_rate = 0.02;
    config.training.batch = 8;
    return config;
  }
};

TEST_P(EveryConfig, LearnsAndPlays) {
  const test::TempFolder folder;
  TrainerOptions options;
  options.out = folder / "run";
  options.steps = 25;
  options.validate_every = 25;
  options.threads = 1;
  options.validation_split = data::Split::train;
  std::vector<double> losses;
  Trainer trainer(config(), windows(config()), options);
  const TrainingResult result = trainer.run(nullptr, {.step = [&](const StepMetrics& m) { losses.push_back(m.terms.loss); }});
  ASSERT_EQ(losses.size(), 25U);
  EXPECT_LT(losses.back(), 0.7 * losses.front());
  EXPECT_TRUE(result.best && std::isfinite(result.best->loss));
  const musicvae::MusicVae model = musicvae::MusicVae::load(result.model);
  EXPECT_EQ(model.config(), config());
}

INSTANTIATE_TEST_SUITE_P(Named, EveryConfig, testing::ValuesIn([] {
                           std::vector<std::string> names;
                           for (const ModelConfig& config : named_configs()) names.push_back(config.name);
                           return names;
                         }()),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(HiddenCells, DropSoftNotesFirst) {
  const ModelConfig& config = named_config("groovae_2bar_tap_fixed_velocity_note_dropout");
  DrumSequence groove(32);
  for (int step = 0; step < 32; ++step) {
    groove.set(step, Drum::kick, 1.0F);
    groove.set(step, Drum::ride, 0.1F);
  }
  const std::vector<float> window = representation_of<DrumSequence>(config).rows(groove);
  double loud = 0.0;
  double soft = 0.0;
  constexpr int windows = 500;
  for (std::uint64_t position = 0; position < windows; ++position) {
    const std::vector<std::uint8_t> hidden = draw_hidden_cells(config, window, 5, position);
    ASSERT_EQ(hidden, draw_hidden_cells(config, window, 5, position));
    for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
      if (cell % 9 == 0) loud += hidden[cell];
      if (cell % 9 == 8) soft += hidden[cell];
      if (cell % 9 != 0 && cell % 9 != 8) {
        ASSERT_EQ(hidden[cell], 0);
      }
    }
  }
  // The share p is uniform from 0 to 0.8, so 0.4 on average; it is multiplied by max(0.2, 1 - velocity).
  const double error = 4.0 * 0.8 / std::sqrt(12.0 * windows);  // four standard deviations of the mean of p
  EXPECT_NEAR(loud / (windows * 32), 0.4 * 0.2, error * 0.2);
  EXPECT_NEAR(soft / (windows * 32), 0.4 * 0.9, error * 0.9);
  EXPECT_NE(draw_hidden_cells(config, window, 5, 1), draw_hidden_cells(config, window, 6, 1));
}

TEST(HiddenCells, ToFillInAreDrumsRunsOrSingleCells) {
  const ModelConfig& config = named_config("groovae_4bar_infill");
  const std::vector<float> window(64 * 27);
  int drums = 0;
  int runs = 0;
  constexpr int windows = 1000;
  for (std::uint64_t position = 0; position < windows; ++position) {
    const std::vector<std::uint8_t> hidden = draw_hidden_cells(config, window, 1, position);
    ASSERT_EQ(hidden.size(), 64U * 9U);
    const int count = std::accumulate(hidden.begin(), hidden.end(), 0);
    ASSERT_GT(count, 0) << position;
    const auto first_row = std::vector<std::uint8_t>(hidden.begin(), hidden.begin() + 9);
    bool columns = true;
    bool rows = true;
    for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
      columns = columns && hidden[cell] == first_row[cell % 9];
      rows = rows && hidden[cell] == hidden[cell / 9 * 9];
    }
    drums += columns ? 1 : 0;
    runs += rows && !columns ? 1 : 0;
    if (rows && !columns) {
      ASSERT_GE(count, 8 * 9);
      ASSERT_LE(count, 32 * 9);
    }
  }
  EXPECT_NEAR(drums, 400, 65);  // four standard deviations of a binomial
  EXPECT_NEAR(runs, 400, 65);
  EXPECT_TRUE(draw_hidden_cells(named_config("groovae_4bar"), window, 1, 1).empty());
}

TEST(WindowWriter, GivesEachTaskItsTensors) {
  const ModelConfig infill = named_config("groovae_4bar_infill");
  const data::WindowSet windows = beats(infill);
  const std::vector<std::size_t> indices = {0, 3};
  const Batch batch = make_batch(infill, windows, indices, torch::kCPU);
  ASSERT_TRUE(batch.control.defined());
  EXPECT_EQ(batch.control.sizes(), (std::vector<std::int64_t>{64, 2, 9}));
  EXPECT_TRUE(torch::equal(batch.input, batch.target * (1 - batch.control.repeat({1, 1, 3}))));
  EXPECT_FALSE(torch::equal(batch.input, batch.target));

  const Batch plain = make_batch(named_config("groovae_4bar"), windows, indices, torch::kCPU);
  EXPECT_TRUE(plain.target.is_same(plain.input));
  EXPECT_TRUE(torch::equal(plain.input, batch.target));

  const ModelConfig categories = named_config("cat-drums_4bar_big");
  const Batch drums = make_batch(categories, windows, indices, torch::kCPU);
  EXPECT_EQ(drums.input.sizes(), (std::vector<std::int64_t>{64, 2, 10}));
  EXPECT_EQ(drums.target.sizes(), (std::vector<std::int64_t>{64, 2, 512}));
  EXPECT_EQ(drums.target.sum().item<float>(), 128.0F);
  EXPECT_EQ(drums.target[0][0][1 + 4].item<float>(), 1.0F);  // kick and hi-hat
}

}  // namespace
}  // namespace musicvae::train

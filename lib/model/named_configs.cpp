#include "musicvae/model/named_configs.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "musicvae/error.hpp"
#include "musicvae/model/heads/categorical.hpp"
#include "musicvae/model/heads/feel.hpp"
#include "musicvae/model/heads/nade.hpp"
#include "musicvae/model/representations/drums.hpp"
#include "musicvae/model/representations/melody.hpp"
#include "musicvae/model/representations/tracks.hpp"
#include "musicvae/model/representations/trio.hpp"
#include "musicvae/sequence/drum_classes.hpp"

namespace musicvae {
namespace {

/// Roberts et al. 2018, table 5, and Magenta's recipe for drums without velocities: scheduled sampling, no dropout.
constexpr TrainingConfig kDrumsTraining{
    .dropout_keep = 1.0, .sampling_schedule = SamplingSchedule::inverse_sigmoid, .sampling_rate = 1000.0};

/// For 16 bars: teacher forcing and more free bits, as in Magenta's 16-bar melody configs (it has none for drums alone).
constexpr TrainingConfig kLongDrumsTraining{.free_bits = 256.0, .dropout_keep = 1.0};

/// A groove model of `bars` bars for a task other than reconstruct.
ModelConfig groove_task(const std::string& name, int bars, GrooveSettings settings) {
  return {.name = "groovae_" + std::to_string(bars) + "bar_" + name, .steps = 16 * bars, .representation = GrooveRepresentation(settings)};
}

/// The sizes of a model with a categorical head.
struct Sizes {
  int bars = 2;
  std::vector<int> encoder{512};
  std::vector<int> decoder{256, 256};
  int latent = 256;
};

/// A categorical model.
ModelConfig categorical(const std::string& name, Immutable<Representation> representation, const Sizes& sizes,
                        const TrainingConfig& training) {
  return {.name = name,
          .steps = 16 * sizes.bars,
          .representation = std::move(representation),
          .encoder = {.units = sizes.encoder},
          .latent = sizes.latent,
          .decoder = {.units = sizes.decoder},
          .head = CategoricalHead(),
          .training = training};
}

/// A categorical model of nine drums: one of 512 combinations per step.
ModelConfig categorical_drums(const std::string& name, const Sizes& sizes, const TrainingConfig& training) {
  return categorical(name, DrumsRepresentation(kDrums), sizes, training);
}

/// Roberts et al. 2018, section 4.2, and Magenta's recipe for melodies of 2 bars.
constexpr TrainingConfig kMelodyTraining{.beta_rate = 0.99999,
                                         .free_bits = 0.0,
                                         .dropout_keep = 1.0,
                                         .sampling_schedule = SamplingSchedule::inverse_sigmoid,
                                         .sampling_rate = 1000.0};

/// Magenta's recipe for melodies with chords: teacher forcing, and the whole KL term.
constexpr TrainingConfig kChordsTraining{.max_beta = 1.0, .free_bits = 0.0, .dropout_keep = 1.0};

/// Magenta's recipe for melodies of 16 bars.
constexpr TrainingConfig kLongMelodyTraining{.free_bits = 256.0, .dropout_keep = 1.0};

/// A model of melodies.
ModelConfig melody(const std::string& name, const Sizes& sizes, const TrainingConfig& training) {
  return categorical(name, MelodyRepresentation(), sizes, training);
}

/// Our recipe for a melody model that is trained from Magenta's decoder (models/mel_2bar.md). KL has half of Magenta's weight, because the
/// model samples from a learned prior.
constexpr TrainingConfig kOurMelodyTraining{
    .batch = 64, .learning_rate = 8e-4, .decay_rate = 0.9978, .max_beta = 0.1, .free_bits = 0.0, .dropout_keep = 1.0};

/// Magenta's configs of melodies.
std::vector<ModelConfig> melody_configs() {
  std::vector<ModelConfig> configs = {
      melody("cat-mel_2bar_small", {}, kMelodyTraining),
      melody("cat-mel_2bar_big", {.encoder = {2048}, .decoder = {2048, 2048, 2048}, .latent = 512}, kMelodyTraining),
      melody("cat-mel_2bar_med_chords", {.encoder = {1024}, .decoder = {512, 512, 512}}, kChordsTraining),
      melody("flat-mel_16bar", {.bars = 16, .encoder = {2048, 2048}, .decoder = {2048, 2048, 2048}, .latent = 512}, kLongMelodyTraining),
      melody("hierdec-mel_16bar", {.bars = 16, .encoder = {2048, 2048}, .decoder = {1024, 1024}, .latent = 512}, kLongMelodyTraining),
      melody("hier-mel_16bar", {.bars = 16, .encoder = {1024}, .decoder = {1024, 1024}, .latent = 512}, kLongMelodyTraining),
  };
  configs[1].training.max_beta = 0.5;
  configs[2].representation = MelodyRepresentation({.chords = true});
  for (ModelConfig* config : {&configs[4], &configs[5]}) config->conductor = ConductorConfig{.units = {1024, 1024}, .segments = 16};
  configs[5].encoder.levels = {16, 16};
  return configs;
}

/// Magenta's recipe for trios of 16 bars; the flat one has no free bits and max_beta 1.
constexpr TrainingConfig kTrioTraining{.batch = 256, .free_bits = 256.0, .dropout_keep = 1.0};

/// A model of trios with a conductor, and a decoder of its own for each part.
ModelConfig hierarchical_trio(const std::string& name, const Sizes& sizes, const std::vector<int>& conductor) {
  ModelConfig config = categorical(name, TrioRepresentation(), sizes, kTrioTraining);
  config.conductor = ConductorConfig{.units = conductor, .segments = sizes.bars};
  config.decoder.parts = {TrioRepresentation::kClasses.begin(), TrioRepresentation::kClasses.end()};
  return config;
}

/// Magenta's configs of trios, and a small one of ours.
std::vector<ModelConfig> trio_configs() {
  std::vector<ModelConfig> configs = {
      categorical("flat-trio_16bar", TrioRepresentation(),
                  {.bars = 16, .encoder = {2048, 2048}, .decoder = {2048, 2048, 2048}, .latent = 512}, kTrioTraining),
      hierarchical_trio("hierdec-trio_16bar", {.bars = 16, .encoder = {2048, 2048}, .decoder = {1024, 1024}, .latent = 512}, {1024, 1024}),
      hierarchical_trio("hier-trio_16bar", {.bars = 16, .encoder = {1024}, .decoder = {1024, 1024}, .latent = 512}, {1024, 1024}),
      hierarchical_trio("trio_4bar", {.bars = 4, .encoder = {256}, .decoder = {192}, .latent = 128}, {256}),
  };
  configs[0].training.free_bits = 0.0;
  configs[0].training.max_beta = 1.0;
  configs[2].encoder.levels = {16, 16};
  TrainingConfig& small = configs[3].training;
  small.batch = 64;
  small.free_bits = 64.0;  // as many per bar as the melodies and trios of 16 bars have
  return configs;
}

/// Magenta's model of one bar of up to eight instruments (Simon et al. 2018): one segment of the encoder and one subsequence of the decoder
/// per track, and teacher forcing.
ModelConfig tracks(const std::string& name, int encoder, int decoder, TracksSettings settings = {}) {
  constexpr int segments = TracksRepresentation::kTracks;
  const std::vector<int> units(3, decoder);
  return {.name = name,
          .steps = segments * TracksRepresentation::kRows,
          .steps_per_quarter = Tracks::kGrid.steps_per_quarter,
          .representation = TracksRepresentation(settings),
          .encoder = {.units = {encoder}, .levels = {TracksRepresentation::kRows, segments}},
          .latent = 512,
          .conductor = ConductorConfig{.units = units, .segments = segments},
          .decoder = {.units = units},
          .head = CategoricalHead(),
          .training = {.batch = 256, .max_beta = 1.0, .free_bits = 0.0, .dropout_keep = 1.0}};
}

/// A nade model of `classes` drum classes.
ModelConfig nade_drums(const std::string& name, int classes) {
  return {.name = name,
          .steps = 32,
          .representation = DrumsRepresentation(classes),
          .encoder = {.units = {1024}},
          .decoder = {.units = {512, 512}},
          .head = NadeHead(128),
          .training = kDrumsTraining};
}

/// Our recipe for a groove model:
/// - The head is the feel head.
/// - The decoder takes as input the steps one and two bars back and the mean of its steps so far, and it has a skip connection.
/// - There is less dropout.
/// - feel_weight makes the loss terms of velocity and offset about as large as with the groove head.
/// - All models but the flat model of whole windows (task reconstruct, no conductor) also take the spread as input, and choose half of the
///   previous steps in their input themselves.
/// - With a conductor: one layer each of encoder and conductor is enough. feel_weight is lower, so that z represents the hits.
/// - With a task: the decoder follows the encoder's input, and the encoder is half as wide. The free bits are so high that z may represent
///   all that the encoder sees.
/// - To humanize: only the feel matters, so feel_weight is 1.
ModelConfig lookback_config(ModelConfig config) {
  const Task task = config.task();
  const bool flat = task == Task::reconstruct && !config.conductor;
  config.name += "_lookback";
  config.head = FeelHead({.bins = 24, .components = 3});
  for (int back = 16; back < config.steps && back <= 32; back += 16) config.decoder.lookback.push_back(back);
  config.decoder.running_mean = true;
  config.decoder.running_spread = !flat;
  config.decoder.skip = true;
  TrainingConfig& training = config.training;
  training.batch = 32;
  training.dropout_keep = 0.8;
  training.learning_rate = 1.5e-3;
  training.decay_rate = 0.999;
  training.sampling_rate = flat ? 0.0 : 0.5;
  training.sampling_feel = flat;
  training.feel_weight = 0.2;
  if (config.conductor) {
    config.encoder.units = {512};
    config.conductor->units = {256};
    training.learning_rate = 1e-3;
    training.decay_rate = 0.9993;
    training.free_bits = 57.5;
    training.feel_weight = 0.1;
  }
  if (task != Task::reconstruct) {
    config.encoder.units = {256};
    config.representation = GrooveRepresentation({.task = task, .follows_input = true});
    training.decay_rate = 0.9988;
    training.free_bits = 2000.0;
  }
  if (task == Task::humanize) {
    training.learning_rate = 6e-4;
    training.decay_rate = 0.9995;
    training.sampling_feel = true;
    training.feel_weight = 1.0;
  }
  return config;
}

/// The groove model with a conductor: one subsequence per bar. The free bits grow with the length.
ModelConfig hierarchical_groove(int bars) {
  return {.name = "hier-groove_" + std::to_string(bars) + "bar",
          .steps = 16 * bars,
          .encoder = {.units = {512, 512}},
          .conductor = ConductorConfig{.units = {256, 256}, .segments = bars},
          .training = {.free_bits = 12.0 * bars}};
}

std::vector<ModelConfig> make_named_configs() {
  std::vector<ModelConfig> configs = {
      // Gillick et al. 2019; Magenta's groovae_4bar, field for field.
      {.name = "groovae_4bar"},
      // Roberts et al. 2018, sections 3.1 and 3.2; Magenta's configs of these names.
      categorical_drums("cat-drums_2bar_small", {}, kDrumsTraining),
      categorical_drums("cat-drums_2bar_big", {.encoder = {2048}, .decoder = {2048, 2048, 2048}, .latent = 512}, kDrumsTraining),
      // The same with twice the steps.
      categorical_drums("cat-drums_4bar_big", {.bars = 4, .encoder = {2048}, .decoder = {2048, 2048, 2048}, .latent = 512}, kDrumsTraining),
      nade_drums("nade-drums_2bar_reduced", kDrums),
      nade_drums("nade-drums_2bar_full", static_cast<int>(kFullDrumPitches.size())),
      // Roberts et al. 2018, section 5.1: 16 bars of drums, flat and with a conductor.
      categorical_drums("flat-drums_16bar", {.bars = 16, .encoder = {2048, 2048}, .decoder = {2048, 2048, 2048}, .latent = 512},
                        kLongDrumsTraining),
      categorical_drums("hierdec-drums_16bar", {.bars = 16, .encoder = {2048, 2048}, .decoder = {1024, 1024}, .latent = 512},
                        kLongDrumsTraining),
  };
  configs.back().conductor = ConductorConfig{.units = {1024, 1024}, .segments = 16};
  for (ModelConfig& config : melody_configs()) configs.push_back(std::move(config));
  for (ModelConfig& config : trio_configs()) configs.push_back(std::move(config));
  configs.push_back(tracks("hier-multiperf_vel_1bar_med", 1024, 512));
  configs.push_back(tracks("hier-multiperf_vel_1bar_big", 2048, 1024));
  configs.push_back(tracks("hier-multiperf_vel_1bar_med_chords", 1024, 512, {.chords = true}));
  configs.push_back(tracks("hier-multiperf_vel_1bar_big_chords", 2048, 1024, {.chords = true}));
  for (const int bars : {4, 8, 16}) configs.push_back(hierarchical_groove(bars));
  // Gillick et al. 2019, section 3.4. Magenta has the configs of 2 bars except infill (hits_control is its groovae_2bar_hits_control_tfds).
  for (const int bars : {2, 4}) {
    configs.push_back(groove_task("humanize", bars, {.task = Task::humanize}));
    configs.push_back(groove_task("tap_fixed_velocity", bars, {.task = Task::tap}));
    configs.push_back(groove_task("tap_fixed_velocity_note_dropout", bars, {.task = Task::tap, .note_dropout = 0.8}));
    configs.push_back(groove_task("add_closed_hh", bars, {.task = Task::add_closed_hihat}));
    configs.push_back(groove_task("hits_control", bars, {.task = Task::hits_control}));
    configs.push_back(groove_task("infill", bars, {.task = Task::infill}));
  }
  // Ours. docs/evaluation.md has the effect of each part of the recipe.
  configs.push_back(lookback_config({.name = "groovae_4bar"}));
  configs.push_back(lookback_config(hierarchical_groove(4)));
  configs.push_back(lookback_config(groove_task("humanize", 2, {.task = Task::humanize})));
  configs.push_back(lookback_config(groove_task("tap", 2, {.task = Task::tap})));
  configs.push_back(lookback_config(groove_task("add_closed_hh", 2, {.task = Task::add_closed_hihat})));
  configs.push_back(lookback_config(groove_task("infill", 2, {.task = Task::infill})));
  configs.push_back(melody("mel_2bar", {}, kOurMelodyTraining));
  configs.push_back(melody("mel_4bar", {.bars = 4}, kOurMelodyTraining));
  return configs;
}

}  // namespace

const std::vector<ModelConfig>& named_configs() {
  static const std::vector<ModelConfig> configs = make_named_configs();
  return configs;
}

const ModelConfig& named_config(const std::string& name) {
  std::string known;
  for (const ModelConfig& config : named_configs()) {
    if (config.name == name) return config;
    known += (known.empty() ? "" : ", ") + config.name;
  }
  throw ConfigError("no config is called \"" + name + "\"; use one of: " + known);
}

bool is_magenta_config(const std::string& name) {
  static constexpr auto kNames = std::to_array<std::string_view>({
      "cat-drums_2bar_big",
      "cat-drums_2bar_small",
      "cat-mel_2bar_big",
      "cat-mel_2bar_med_chords",
      "cat-mel_2bar_small",
      "flat-mel_16bar",
      "flat-trio_16bar",
      "groovae_2bar_add_closed_hh",
      "groovae_2bar_hits_control",  // called groovae_2bar_hits_control_tfds there
      "groovae_2bar_humanize",
      "groovae_2bar_tap_fixed_velocity",
      "groovae_2bar_tap_fixed_velocity_note_dropout",
      "groovae_4bar",
      "hier-mel_16bar",
      "hier-multiperf_vel_1bar_big",
      "hier-multiperf_vel_1bar_big_chords",
      "hier-multiperf_vel_1bar_med",
      "hier-multiperf_vel_1bar_med_chords",
      "hier-trio_16bar",
      "hierdec-mel_16bar",
      "hierdec-trio_16bar",
      "nade-drums_2bar_full",
      "nade-drums_2bar_reduced",
  });
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace musicvae

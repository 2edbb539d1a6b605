#include "musicvae/model/named_configs.hpp"

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

/// Roberts et al. 2018, table 5, and Magenta's recipe for drums without velocities: scheduled sampling, no dropout.
constexpr TrainingConfig kDrumsTraining{
    .dropout_keep = 1.0, .sampling_schedule = SamplingSchedule::inverse_sigmoid, .sampling_rate = 1000.0};

/// For 16 bars: teacher forcing and more free bits, as in Magenta's 16-bar melody configs (it has none for drums alone).
constexpr TrainingConfig kLongDrumsTraining{.free_bits = 256.0, .dropout_keep = 1.0};

/// A groove model of `bars` bars for a task other than reconstruct.
ModelConfig groove_task(const std::string& name, int bars, Task task, double note_dropout = 0.0) {
  return {.name = "groovae_" + std::to_string(bars) + "bar_" + name,
          .steps = 16 * bars,
          .control_depth = marks_depth(task),
          .task = task,
          .note_dropout = note_dropout};
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
  config.name += "_lookback";
  config.head = OutputHead::feel;
  config.feel_bins = 24;
  config.feel_components = 3;
  for (int back = 16; back < config.steps && back <= 32; back += 16) config.lookback.push_back(back);
  config.running_mean = true;
  const bool flat = config.task == Task::reconstruct && !config.conductor;
  config.running_spread = !flat;
  config.skip = true;
  TrainingConfig& training = config.training;
  training.batch = 32;
  training.dropout_keep = 0.8;
  training.learning_rate = 1.5e-3;
  training.decay_rate = 0.999;
  training.sampling_rate = flat ? 0.0 : 0.5;
  training.sampling_feel = flat;
  training.feel_weight = 0.2;
  if (config.conductor) {
    config.encoder_units = {512};
    config.conductor->units = {256};
    training.learning_rate = 1e-3;
    training.decay_rate = 0.9993;
    training.free_bits = 57.5;
    training.feel_weight = 0.1;
  }
  if (config.task != Task::reconstruct) {
    config.encoder_units = {256};
    config.control_depth += config.input_depth;
    training.decay_rate = 0.9988;
    training.free_bits = 2000.0;
  }
  if (config.task == Task::humanize) {
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
          .encoder_units = {512, 512},
          .conductor = ConductorConfig{.units = {256, 256}, .segments = bars},
          .training = {.free_bits = 12.0 * bars}};
}

std::vector<ModelConfig> make_named_configs() {
  std::vector<ModelConfig> configs = {
      // Gillick et al. 2019; Magenta's groovae_4bar, field for field.
      {.name = "groovae_4bar"},
      // Roberts et al. 2018, sections 3.1 and 3.2; Magenta's configs of these names.
      {.name = "cat-drums_2bar_small",
       .steps = 32,
       .input_depth = 10,
       .output_depth = 512,
       .head = OutputHead::categorical,
       .training = kDrumsTraining,
       .converter = Converter::drums},
      {.name = "cat-drums_2bar_big",
       .steps = 32,
       .input_depth = 10,
       .output_depth = 512,
       .encoder_units = {2048},
       .decoder_units = {2048, 2048, 2048},
       .latent = 512,
       .head = OutputHead::categorical,
       .training = kDrumsTraining,
       .converter = Converter::drums},
      // The same with twice the steps.
      {.name = "cat-drums_4bar_big",
       .steps = 64,
       .input_depth = 10,
       .output_depth = 512,
       .encoder_units = {2048},
       .decoder_units = {2048, 2048, 2048},
       .latent = 512,
       .head = OutputHead::categorical,
       .training = kDrumsTraining,
       .converter = Converter::drums},
      {.name = "nade-drums_2bar_reduced",
       .steps = 32,
       .input_depth = 10,
       .output_depth = 9,
       .encoder_units = {1024},
       .decoder_units = {512, 512},
       .head = OutputHead::nade,
       .training = kDrumsTraining,
       .converter = Converter::drums,
       .nade_hidden = 128},
      {.name = "nade-drums_2bar_full",
       .steps = 32,
       .input_depth = 62,
       .output_depth = 61,
       .encoder_units = {1024},
       .decoder_units = {512, 512},
       .head = OutputHead::nade,
       .training = kDrumsTraining,
       .converter = Converter::drums,
       .nade_hidden = 128},
      // Roberts et al. 2018, section 5.1: 16 bars of drums, flat and with a conductor.
      {.name = "flat-drums_16bar",
       .steps = 256,
       .input_depth = 10,
       .output_depth = 512,
       .encoder_units = {2048, 2048},
       .decoder_units = {2048, 2048, 2048},
       .latent = 512,
       .head = OutputHead::categorical,
       .training = kLongDrumsTraining,
       .converter = Converter::drums},
      {.name = "hierdec-drums_16bar",
       .steps = 256,
       .input_depth = 10,
       .output_depth = 512,
       .encoder_units = {2048, 2048},
       .decoder_units = {1024, 1024},
       .latent = 512,
       .conductor = ConductorConfig{.units = {1024, 1024}, .segments = 16},
       .head = OutputHead::categorical,
       .training = kLongDrumsTraining,
       .converter = Converter::drums},
  };
  for (const int bars : {4, 8, 16}) configs.push_back(hierarchical_groove(bars));
  // Gillick et al. 2019, section 3.4. Magenta has the configs of 2 bars except infill (hits_control is its groovae_2bar_hits_control_tfds).
  for (const int bars : {2, 4}) {
    configs.push_back(groove_task("humanize", bars, Task::humanize));
    configs.push_back(groove_task("tap_fixed_velocity", bars, Task::tap));
    configs.push_back(groove_task("tap_fixed_velocity_note_dropout", bars, Task::tap, 0.8));
    configs.push_back(groove_task("add_closed_hh", bars, Task::add_closed_hihat));
    configs.push_back(groove_task("hits_control", bars, Task::hits_control));
    configs.push_back(groove_task("infill", bars, Task::infill));
  }
  // Ours. docs/evaluation.md has the effect of each part of the recipe.
  configs.push_back(lookback_config({.name = "groovae_4bar"}));
  configs.push_back(lookback_config(hierarchical_groove(4)));
  configs.push_back(lookback_config(groove_task("humanize", 2, Task::humanize)));
  configs.push_back(lookback_config(groove_task("tap", 2, Task::tap)));
  configs.push_back(lookback_config(groove_task("add_closed_hh", 2, Task::add_closed_hihat)));
  configs.push_back(lookback_config(groove_task("infill", 2, Task::infill)));
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

}  // namespace musicvae

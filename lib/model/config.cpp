#include "musicvae/model/config.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>

#include "musicvae/error.hpp"
#include "musicvae/model/enum_names.hpp"

namespace musicvae {

int total(const std::vector<int>& units) {
  return std::reduce(units.begin(), units.end(), 0);
}

void ModelConfig::validate() const {
  const auto demand = [this](bool ok, const char* what) {
    if (!ok) throw ConfigError("config \"" + name + "\": " + what);
  };
  const auto positive = [](const std::vector<int>& units) {
    for (int u : units) {
      if (u < 1 || u > 16384) return false;
    }
    return !units.empty() && units.size() <= 16;
  };
  demand(steps >= 1 && steps <= 65536, "steps is out of range; use 1 to 65536");
  demand(steps_per_quarter >= 1 && steps_per_quarter <= 64, "steps_per_quarter is out of range; use 1 to 64");
  demand(input_depth >= 1 && input_depth <= 16384, "input_depth is out of range; use 1 to 16384");
  demand(output_depth >= 1 && output_depth <= 16384, "output_depth is out of range; use 1 to 16384");
  demand(control_depth >= 0 && control_depth <= 16384, "control_depth is out of range; use 0 to 16384");
  demand(latent >= 1 && latent <= 16384, "latent is out of range; use 1 to 16384");
  demand(positive(encoder_units), "encoder_units is wrong; use 1 to 16 layers of 1 to 16384 units");
  demand(positive(decoder_units), "decoder_units is wrong; use 1 to 16 layers of 1 to 16384 units");
  demand((head != OutputHead::groove && head != OutputHead::feel) || output_depth % 3 == 0,
         "output_depth must be three equal parts (hits, velocities, offsets) for the groove and feel heads");
  demand(head == OutputHead::nade ? nade_hidden >= 1 && nade_hidden <= 16384 : nade_hidden == 0,
         "nade_hidden is wrong; use 1 to 16384 for the nade head, 0 for others");
  demand(head == OutputHead::feel ? feel_bins >= 2 && feel_bins <= 256 : feel_bins == 0,
         "feel_bins is wrong; use 2 to 256 for the feel head, 0 for others");
  demand(head == OutputHead::feel ? feel_components >= 1 && feel_components <= 16 : feel_components == 0,
         "feel_components is wrong; use 1 to 16 for the feel head, 0 for others");
  if (conductor) {
    demand(positive(conductor->units), "conductor.units is wrong; use 1 to 16 layers of 1 to 16384 units");
    demand(conductor->segments >= 1 && steps % conductor->segments == 0, "conductor.segments must divide steps");
  }
  if (!encoder_levels.empty()) {
    demand(positive(encoder_levels) &&
               std::reduce(encoder_levels.begin(), encoder_levels.end(), std::int64_t{1}, std::multiplies<>()) == steps,
           "encoder_levels is wrong; its product must be steps");
  }
  if (!output_parts.empty()) {
    demand(conductor && !conductor->autoregressive, "output_parts need a conductor without autoregression");
    demand(head == OutputHead::categorical, "output_parts need the categorical head");
    demand(positive(output_parts) && total(output_parts) == output_depth, "output_parts is wrong; its sum must be output_depth");
  }
  demand(lookback.size() <= 16 && std::all_of(lookback.begin(), lookback.end(), [&](int back) { return back >= 2 && back < steps; }),
         "lookback is wrong; use up to 16 numbers of steps, from 2 to below those of the window");
  demand(!running_spread || running_mean, "running_spread needs running_mean; set that to true");
  demand(!running_mean || head == OutputHead::groove || head == OutputHead::feel, "running_mean is for the groove and feel heads");
  validate_converter();
  demand(training.batch >= 1 && training.batch <= 1 << 20, "training.batch is out of range; use 1 to 1048576");
  demand(training.learning_rate > 0 && training.min_learning_rate >= 0, "training.learning_rate must be above 0");
  demand(training.dropout_keep > 0 && training.dropout_keep <= 1, "training.dropout_keep is out of range; use above 0 to 1");
  demand(training.feel_weight >= 0 && training.feel_weight <= 1000, "training.feel_weight is out of range; use 0 to 1000");
  demand(training.sampling_feel || head == OutputHead::groove || head == OutputHead::feel,
         "training.sampling_feel may be false only for the groove and feel heads");
  const double rate = training.sampling_rate;
  switch (training.sampling_schedule) {
    case SamplingSchedule::constant:
      demand(rate >= 0 && rate <= 1, "training.sampling_rate is out of range; use 0 to 1 for the constant schedule");
      break;
    case SamplingSchedule::exponential:
      demand(rate > 0 && rate < 1, "training.sampling_rate is out of range; use above 0 to below 1 for the exponential schedule");
      break;
    case SamplingSchedule::inverse_sigmoid:
      demand(rate >= 1 && rate <= 1e9, "training.sampling_rate is out of range; use 1 to 1e9 for the inverse_sigmoid schedule");
      break;
  }
}

void ModelConfig::validate_converter() const {
  const auto demand = [this](bool ok, const char* what) {
    if (!ok) throw ConfigError("config \"" + name + "\": " + what);
  };
  demand(converter == Converter::groove || task == Task::reconstruct, "task must be reconstruct for another converter than groove");
  demand(note_dropout >= 0 && note_dropout <= 1, "note_dropout is out of range; use 0 to 1");
  demand(note_dropout == 0 || task == Task::tap || task == Task::humanize || task == Task::add_closed_hihat,
         "note_dropout is for the tasks tap, humanize and add_closed_hihat; set it to 0");
  if (converter == Converter::groove) {
    const int marks = marks_depth(task);
    const bool may_follow = task != Task::reconstruct && task != Task::hits_control;
    demand(head == OutputHead::groove || head == OutputHead::feel, "head must be groove or feel for the groove converter");
    demand(input_depth == 27 && output_depth == 27, "input_depth and output_depth must be 27 for the groove converter");
    demand(control_depth == marks || (may_follow && control_depth == marks + input_depth),
           "control_depth must be 9 for the tasks hits_control and infill, 0 for others, or 27 more where the decoder follows what the "
           "encoder sees (humanize, tap, add_closed_hihat, infill)");
  } else if (converter == Converter::drums) {
    demand(control_depth == 0, "control_depth must be 0 for the drums converter");
    if (head == OutputHead::categorical) {
      demand(input_depth == 10 && output_depth == 512,
             "input_depth must be 10 and output_depth 512 (9 drum classes) for the drums converter and the categorical head");
    } else {
      demand(head == OutputHead::nade, "head must be categorical or nade for the drums converter");
      demand((output_depth == 9 || output_depth == 61) && input_depth == output_depth + 1,
             "output_depth must be 9 or 61 (drum classes) and input_depth one more for the drums converter and the nade head");
    }
  }
}

std::string input_text(const ModelConfig& config) {
  std::string text = config.converter == Converter::tensors ? "tensors"
                     : config.converter == Converter::drums ? "hits"
                     : config.task == Task::reconstruct     ? "groove"
                                                            : name(config.task);
  text.append(" ").append(std::to_string(config.input_depth));
  if (config.control_depth > 0) text.append(" + control ").append(std::to_string(config.control_depth));
  return text;
}

}  // namespace musicvae

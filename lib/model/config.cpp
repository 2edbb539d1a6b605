#include "musicvae/model/config.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>

namespace musicvae {
namespace {

bool are_widths(const std::vector<int>& units) {
  return !units.empty() && units.size() <= 16 && std::all_of(units.begin(), units.end(), [](int u) { return u >= 1 && u <= 16384; });
}

void validate_encoder(const ModelConfig& config, const ConfigCheck& check) {
  const EncoderConfig& encoder = config.encoder;
  check(are_widths(encoder.units), "encoder_units is wrong; use 1 to 16 layers of 1 to 16384 units");
  if (encoder.levels.empty()) return;
  check(are_widths(encoder.levels) &&
            std::reduce(encoder.levels.begin(), encoder.levels.end(), std::int64_t{1}, std::multiplies<>()) == config.steps,
        "encoder_levels is wrong; its product must be steps");
}

void validate_decoder(const ModelConfig& config, const ConfigCheck& check) {
  const DecoderConfig& decoder = config.decoder;
  const bool has_feel = config.head->output() == OutputFormat::hits_with_feel;
  check(are_widths(decoder.units), "decoder_units is wrong; use 1 to 16 layers of 1 to 16384 units");
  if (!decoder.parts.empty()) {
    check(config.conductor && !config.conductor->autoregressive, "output_parts need a conductor without autoregression");
    check(config.head->output() == OutputFormat::one_hot, "output_parts need the categorical head");
    check(are_widths(decoder.parts) && total(decoder.parts) == config.output_depth(),
          "output_parts is wrong; its sum must be output_depth");
  }
  check(decoder.lookback.size() <= 16 &&
            std::all_of(decoder.lookback.begin(), decoder.lookback.end(), [&](int back) { return back >= 2 && back < config.steps; }),
        "lookback is wrong; use up to 16 numbers of steps, from 2 to below those of the window");
  check(!decoder.running_spread || decoder.running_mean, "running_spread needs running_mean; set that to true");
  check(!decoder.running_mean || has_feel, "running_mean is for the groove and feel heads");
}

void validate_training(const ModelConfig& config, const ConfigCheck& check) {
  const TrainingConfig& training = config.training;
  check(training.batch >= 1 && training.batch <= 1 << 20, "training.batch is out of range; use 1 to 1048576");
  check(training.learning_rate > 0 && training.min_learning_rate >= 0, "training.learning_rate must be above 0");
  check(training.dropout_keep > 0 && training.dropout_keep <= 1, "training.dropout_keep is out of range; use above 0 to 1");
  check(training.feel_weight >= 0 && training.feel_weight <= 1000, "training.feel_weight is out of range; use 0 to 1000");
  check(training.sampling_feel || config.head->output() == OutputFormat::hits_with_feel,
        "training.sampling_feel may be false only for the groove and feel heads");
  const double rate = training.sampling_rate;
  switch (training.sampling_schedule) {
    case SamplingSchedule::constant:
      check(rate >= 0 && rate <= 1, "training.sampling_rate is out of range; use 0 to 1 for the constant schedule");
      break;
    case SamplingSchedule::exponential:
      check(rate > 0 && rate < 1, "training.sampling_rate is out of range; use above 0 to below 1 for the exponential schedule");
      break;
    case SamplingSchedule::inverse_sigmoid:
      check(rate >= 1 && rate <= 1e9, "training.sampling_rate is out of range; use 1 to 1e9 for the inverse_sigmoid schedule");
      break;
  }
}

}  // namespace

int total(const std::vector<int>& units) {
  return std::reduce(units.begin(), units.end(), 0);
}

void ModelConfig::validate() const {
  const ConfigCheck check(name);
  check(steps >= 1 && steps <= 65536, "steps is out of range; use 1 to 65536");
  check(steps_per_quarter >= 1 && steps_per_quarter <= 64, "steps_per_quarter is out of range; use 1 to 64");
  check(latent >= 1 && latent <= 16384, "latent is out of range; use 1 to 16384");
  head->validate(*this, check);
  representation->validate(*this, check);
  validate_encoder(*this, check);
  if (conductor) {
    check(are_widths(conductor->units), "conductor.units is wrong; use 1 to 16 layers of 1 to 16384 units");
    check(conductor->segments >= 1 && steps % conductor->segments == 0, "conductor.segments must divide steps");
  }
  validate_decoder(*this, check);
  validate_training(*this, check);
}

void write_encoder_rows(const ModelConfig& config, std::span<const float> rows, std::size_t depth, std::span<const std::uint8_t> hidden,
                        std::span<float> x) {
  const auto input = static_cast<std::size_t>(config.input_depth());
  const std::size_t width = input + static_cast<std::size_t>(config.control_depth());
  const auto cells = static_cast<std::size_t>(hidden.empty() ? 0 : hidden.size() * depth / rows.size());
  for (std::size_t step = 0; step * depth < rows.size(); ++step) {
    const std::span<const float> row = rows.subspan(step * depth, depth);
    const std::span<const std::uint8_t> unseen = hidden.empty() ? hidden : hidden.subspan(step * cells, cells);
    const std::span<float> to = x.subspan(step * width, width);
    config.representation->write_input(row, unseen, to.first(input));
    config.representation->write_control(row, unseen, to.subspan(input));
  }
}

std::vector<float> control_rows(const ModelConfig& config, std::span<const float> rows, std::size_t depth,
                                std::span<const std::uint8_t> hidden) {
  const auto width = static_cast<std::size_t>(config.control_depth());
  std::vector<float> result(static_cast<std::size_t>(config.steps) * width);
  if (width == 0) return result;
  const std::size_t cells = hidden.empty() ? 0 : hidden.size() * depth / rows.size();
  for (std::size_t step = 0; step * depth < rows.size(); ++step) {
    config.representation->write_control(rows.subspan(step * depth, depth), hidden.empty() ? hidden : hidden.subspan(step * cells, cells),
                                         std::span(result).subspan(step * width, width));
  }
  return result;
}

std::string input_text(const ModelConfig& config) {
  std::string text = config.representation->input_name() + " " + std::to_string(config.input_depth());
  if (config.control_depth() > 0) text.append(" + control ").append(std::to_string(config.control_depth()));
  return text;
}

}  // namespace musicvae

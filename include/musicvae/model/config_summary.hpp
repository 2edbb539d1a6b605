// What a config is, in a few words and numbers: a row of `musicvae configs`.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "musicvae/model/config.hpp"
#include "musicvae/model/config_json.hpp"
#include "musicvae/model/tensor_specs.hpp"

namespace musicvae {

/// What a step of the encoder's input is, with its width: "groove 27", "hits 10", "humanize 27", "infill 27 + control 9".
[[nodiscard]] inline std::string input_text(const ModelConfig& config) {
  std::string text = config.converter == Converter::tensors ? "tensors"
                     : config.converter == Converter::drums ? "hits"
                     : config.task == Task::reconstruct     ? "groove"
                                                            : name(config.task);
  text += " " + std::to_string(config.input_depth);
  return config.control_depth > 0 ? text + " + control " + std::to_string(config.control_depth) : text;
}

/// name, bars, steps, parameters, task, input, output, latent, encoder, conductor, decoder, batch.
[[nodiscard]] inline nlohmann::ordered_json config_summary(const ModelConfig& config) {
  return {{"name", config.name},
          {"bars", static_cast<double>(config.steps) / (4.0 * config.steps_per_quarter)},
          {"steps", config.steps},
          {"parameters", parameter_count(config)},
          {"task", name(config.task)},
          {"input", input_text(config)},
          {"output", name(config.head) + " " + std::to_string(config.output_depth)},
          {"latent", config.latent},
          {"encoder", config.encoder_units},
          {"conductor", config.conductor ? nlohmann::ordered_json(config.conductor->units) : nlohmann::ordered_json()},
          {"decoder", config.decoder_units},
          {"batch", config.training.batch}};
}

}  // namespace musicvae

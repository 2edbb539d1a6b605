// Definitions of config_summary.hpp.
#pragma once

#include <nlohmann/json.hpp>

#include "musicvae/in_library.hpp"
#include "musicvae/model/config_json.hpp"
#include "musicvae/model/config_summary.hpp"
#include "musicvae/model/tensor_specs.hpp"

namespace musicvae {

MUSICVAE_INLINE std::string input_text(const ModelConfig& config) {
  std::string text = config.converter == Converter::tensors ? "tensors"
                     : config.converter == Converter::drums ? "hits"
                     : config.task == Task::reconstruct     ? "groove"
                                                            : name(config.task);
  text.append(" ").append(std::to_string(config.input_depth));
  if (config.control_depth > 0) text.append(" + control ").append(std::to_string(config.control_depth));
  return text;
}

MUSICVAE_INLINE nlohmann::ordered_json config_summary(const ModelConfig& config) {
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

#include "model/json.hpp"

#include <nlohmann/json.hpp>

#include "musicvae/model/tensor_specs.hpp"

namespace musicvae {

nlohmann::ordered_json config_summary(const ModelConfig& config) {
  return {{"name", config.name},
          {"bars", static_cast<double>(config.window_steps()) / (4.0 * config.steps_per_quarter)},
          {"steps", config.steps},
          {"parameters", parameter_count(config)},
          {"task", name(config.task())},
          {"input", input_text(config)},
          {"output", std::string(config.head->name()) + " " + std::to_string(config.output_depth())},
          {"latent", config.latent},
          {"encoder", config.encoder.units},
          {"conductor", config.conductor ? nlohmann::ordered_json(config.conductor->units) : nlohmann::ordered_json()},
          {"decoder", config.decoder.units},
          {"batch", config.training.batch}};
}

}  // namespace musicvae

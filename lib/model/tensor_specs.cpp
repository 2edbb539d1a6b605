#include "musicvae/model/tensor_specs.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace musicvae {
namespace {

// One layer of a stack. `holder` is the prefix of its cell's name. A residual layer has a projection where the width changes, and always at
// the bottom.
LstmLayerSpec lstm_layer(const std::string& holder, int inputs, int units, bool residual, bool bottom) {
  const std::string wrapper = residual && (bottom || inputs != units) ? holder + "/input_projection_wrapper" : "";
  return {.inputs = inputs,
          .units = units,
          .cell = (wrapper.empty() ? holder : wrapper) + "/lstm_cell",
          .residual = residual,
          .projection = wrapper};
}

std::vector<LstmLayerSpec> lstm_stack(const std::string& holder, int inputs, const std::vector<int>& units, bool residual) {
  std::vector<LstmLayerSpec> layers;
  for (std::size_t i = 0; i < units.size(); ++i) {
    layers.push_back(lstm_layer(holder + "/cell_" + std::to_string(i), inputs, units[i], residual, i == 0));
    inputs = units[i];
  }
  return layers;
}

}  // namespace

namespace tensor_names {

std::string decoder(const ModelConfig& config, int part) {
  if (!config.conductor) return "decoder";
  return config.decoder.parts.empty() ? "core_decoder/decoder" : "core_decoder/core_decoder_" + std::to_string(part) + "/decoder";
}

std::string initial_state(const ModelConfig& config, int part) {
  return decoder(config, part) + "/z_to_initial_state";
}

std::string output(const ModelConfig& config, int part) {
  return decoder(config, part) + "/output_projection";
}

std::string nade_encoder(const ModelConfig& config) {
  return decoder(config) + "/nade/w_enc";
}

std::string nade_decoder(const ModelConfig& config) {
  return decoder(config) + "/nade/w_dec_t";
}

}  // namespace tensor_names

int encoder_level_count(const ModelConfig& config) {
  return std::max(1, static_cast<int>(config.encoder.levels.size()));
}

std::vector<LstmLayerSpec> encoder_layers(const ModelConfig& config, int level, const std::string& direction) {
  const std::string root = config.encoder.levels.empty() ? "encoder" : "encoder/hierarchical_level_" + std::to_string(level);
  int width = level == 0 ? config.input_depth() + config.control_depth() : 2 * config.encoder.units.back();
  std::vector<LstmLayerSpec> layers;
  for (std::size_t i = 0; i < config.encoder.units.size(); ++i) {
    const std::string holder = root + "/cell_" + std::to_string(i) + "/bidirectional_rnn/" + direction + "/multi_rnn_cell/cell_0";
    layers.push_back(lstm_layer(holder, width, config.encoder.units[i], config.encoder.residual, true));
    width = 2 * config.encoder.units[i];
  }
  return layers;
}

std::vector<LstmLayerSpec> conductor_layers(const ModelConfig& config) {
  const int inputs = config.conductor->autoregressive ? 2 * total(config.decoder.units) + config.latent : 1;
  return lstm_stack("decoder/hierarchical_level_0", inputs, config.conductor->units, config.decoder.residual);
}

int embedding_width(const ModelConfig& config) {
  return config.conductor ? config.conductor->units.back() : config.latent;
}

std::vector<int> output_parts(const ModelConfig& config) {
  return config.decoder.parts.empty() ? std::vector<int>{config.output_depth()} : config.decoder.parts;
}

std::vector<int> one_hot_groups(const ModelConfig& config) {
  std::vector<int> groups = config.representation->categories();
  return groups.empty() ? output_parts(config) : groups;
}

int output_layer_width(const ModelConfig& config, int part) {
  return config.head->logit_depth(output_parts(config)[static_cast<std::size_t>(part)]);
}

int logit_depth(const ModelConfig& config) {
  int depth = 0;
  for (int part = 0; part < static_cast<int>(output_parts(config).size()); ++part) depth += output_layer_width(config, part);
  return depth;
}

std::vector<int> lookback_widths(const ModelConfig& config) {
  std::vector<int> widths(config.decoder.lookback.size() + (config.decoder.running_mean ? 1 : 0), config.output_depth());
  if (config.decoder.running_spread) widths.push_back(config.output_depth() / 3 * 2);
  return widths;
}

int lookback_width(const ModelConfig& config) {
  return total(lookback_widths(config));
}

std::vector<LstmLayerSpec> decoder_layers(const ModelConfig& config, int part) {
  const int inputs =
      output_parts(config)[static_cast<std::size_t>(part)] + embedding_width(config) + config.control_depth() + lookback_width(config);
  return lstm_stack(tensor_names::decoder(config, part) + "/multi_rnn_cell", inputs, config.decoder.units, config.decoder.residual);
}

int output_layer_inputs(const ModelConfig& config, int part) {
  return config.decoder.units.back() + (config.decoder.skip ? decoder_layers(config, part).front().inputs : 0);
}

std::vector<TensorSpec> tensor_specs(const ModelConfig& config) {
  std::vector<TensorSpec> specs;
  const auto dense = [&](const std::string& name, int inputs, int outputs) {
    specs.push_back({name + "/kernel", {inputs, outputs}});
    specs.push_back({name + "/bias", {outputs}});
  };
  const auto lstm = [&](const std::vector<LstmLayerSpec>& layers) {
    for (const LstmLayerSpec& layer : layers) {
      if (!layer.projection.empty()) dense(layer.projection, layer.inputs, layer.units);
      dense(layer.cell, (layer.projection.empty() ? layer.inputs : layer.units) + layer.units, 4 * layer.units);
    }
  };

  for (int level = 0; level < encoder_level_count(config); ++level) {
    const std::vector<LstmLayerSpec> forward = encoder_layers(config, level, "fw");
    const std::vector<LstmLayerSpec> backward = encoder_layers(config, level, "bw");
    for (std::size_t i = 0; i < forward.size(); ++i) {
      lstm({forward[i]});
      lstm({backward[i]});
    }
  }
  dense(tensor_names::kMu, 2 * config.encoder.units.back(), config.latent);
  dense(tensor_names::kSigma, 2 * config.encoder.units.back(), config.latent);

  if (config.conductor) {
    dense(tensor_names::kConductorInitialState, config.latent, 2 * total(config.conductor->units));
    lstm(conductor_layers(config));
  }
  const std::vector<int> parts = output_parts(config);
  for (int part = 0; part < static_cast<int>(parts.size()); ++part) {
    dense(tensor_names::initial_state(config, part), embedding_width(config), 2 * total(config.decoder.units));
    lstm(decoder_layers(config, part));
    dense(tensor_names::output(config, part), output_layer_inputs(config, part), output_layer_width(config, part));
  }
  for (TensorSpec& spec : config.head->tensors(config)) specs.push_back(std::move(spec));
  return specs;
}

std::int64_t parameter_count(const ModelConfig& config) {
  std::int64_t parameters = 0;
  for (const TensorSpec& spec : tensor_specs(config)) {
    std::int64_t count = 1;
    for (const std::int64_t extent : spec.shape) count *= extent;
    parameters += count;
  }
  return parameters;
}

}  // namespace musicvae

// Which tensors a model of a config has: their names, shapes and what they belong to.
//
// The names are those of Magenta's TensorFlow variables, so that weights move both ways unchanged. Kernels are [inputs, outputs], an
// LSTM kernel is [inputs + units, 4 * units] with gate blocks i, c~, f, o; the forget gate's +1 is added when the gates are computed
// and is not in the file.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "musicvae/model/config.hpp"

namespace musicvae {

/// A tensor that a model must have.
struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> shape;
};

/// An LSTM layer in one direction: its sizes, and the names of its tensors without "/kernel" or "/bias".
struct LstmLayerSpec {
  int inputs = 0;            ///< width of what it is fed
  int units = 0;             ///< width of what it says
  std::string cell{};        ///< kernel [fed + units, 4 * units] and bias; fed is `inputs`, or `units` where there is a projection
  bool residual = false;     ///< what the cell is fed is added to what it says (He et al. 2016; TensorFlow's ResidualWrapper)
  std::string projection{};  ///< kernel [inputs, units] and bias, before the cell; empty: none
};

namespace tensor_names {
/// The layer from the encoder's last states to mu.
inline constexpr const char* mu = "encoder/mu";
/// The layer from the encoder's last states to sigma, before its softplus.
inline constexpr const char* sigma = "encoder/sigma";
/// The layer from z to the conductor's first state.
inline constexpr const char* conductor_initial_state = "decoder/hierarchical_level_0/initial_state";
/// Where the decoder's tensors live: Magenta nests them when a conductor stands above, and once more where the output has parts.
[[nodiscard]] inline std::string decoder(const ModelConfig& config, int part = 0) {
  if (!config.conductor) return "decoder";
  return config.output_parts.empty() ? "core_decoder/decoder" : "core_decoder/core_decoder_" + std::to_string(part) + "/decoder";
}
/// The layer from z, or from the conductor's embedding, to the decoder's first state.
[[nodiscard]] inline std::string initial_state(const ModelConfig& config, int part = 0) {
  return decoder(config, part) + "/z_to_initial_state";
}
/// The layer from the top decoder layer to the logits.
[[nodiscard]] inline std::string output(const ModelConfig& config, int part = 0) {
  return decoder(config, part) + "/output_projection";
}
/// The nade head's weights from hits to hidden units [classes, 1, hidden].
[[nodiscard]] inline std::string nade_encoder(const ModelConfig& config) {
  return decoder(config) + "/nade/w_enc";
}
/// The nade head's weights from hidden units to hits [classes, hidden, 1].
[[nodiscard]] inline std::string nade_decoder(const ModelConfig& config) {
  return decoder(config) + "/nade/w_dec_t";
}
}  // namespace tensor_names

namespace detail {
// Layer `index` of a stack; `holder` holds its cell. Residual layers project where the width changes, and always at the bottom.
[[nodiscard]] inline LstmLayerSpec lstm_layer(const std::string& holder, int inputs, int units, bool residual, bool bottom) {
  const std::string wrapper = residual && (bottom || inputs != units) ? holder + "/input_projection_wrapper" : "";
  return {.inputs = inputs,
          .units = units,
          .cell = (wrapper.empty() ? holder : wrapper) + "/lstm_cell",
          .residual = residual,
          .projection = wrapper};
}

[[nodiscard]] inline std::vector<LstmLayerSpec> lstm_stack(const std::string& holder, int inputs, const std::vector<int>& units,
                                                           bool residual) {
  std::vector<LstmLayerSpec> layers;
  for (std::size_t i = 0; i < units.size(); ++i) {
    layers.push_back(lstm_layer(holder + "/cell_" + std::to_string(i), inputs, units[i], residual, i == 0));
    inputs = units[i];
  }
  return layers;
}
}  // namespace detail

/// How many levels the encoder has; a flat one has 1.
[[nodiscard]] inline int encoder_level_count(const ModelConfig& config) {
  return std::max(1, static_cast<int>(config.encoder_levels.size()));
}

/// The layers of an encoder level in one direction ("fw" or "bw"), the lowest first. The lowest level is fed the input and, after it,
/// the control track; each layer above and each level above both directions of what is below.
[[nodiscard]] inline std::vector<LstmLayerSpec> encoder_layers(const ModelConfig& config, int level, const std::string& direction) {
  const std::string root = config.encoder_levels.empty() ? "encoder" : "encoder/hierarchical_level_" + std::to_string(level);
  int width = level == 0 ? config.input_depth + config.control_depth : 2 * config.encoder_units.back();
  std::vector<LstmLayerSpec> layers;
  for (std::size_t i = 0; i < config.encoder_units.size(); ++i) {
    const std::string holder = root + "/cell_" + std::to_string(i) + "/bidirectional_rnn/" + direction + "/multi_rnn_cell/cell_0";
    layers.push_back(detail::lstm_layer(holder, width, config.encoder_units[i], config.residual_encoder, true));
    width = 2 * config.encoder_units[i];
  }
  return layers;
}

/// The conductor's layers. Without autoregression the lowest is fed one zero a step; with it, the decoder's last state and z.
/// The config has a conductor.
[[nodiscard]] inline std::vector<LstmLayerSpec> conductor_layers(const ModelConfig& config) {
  const int inputs = config.conductor->autoregressive ? 2 * total(config.decoder_units) + config.latent : 1;
  return detail::lstm_stack("decoder/hierarchical_level_0", inputs, config.conductor->units, config.residual_decoder);
}

/// Width of what the decoder starts from: z, or the conductor's embedding of a subsequence.
[[nodiscard]] inline int embedding_width(const ModelConfig& config) {
  return config.conductor ? config.conductor->units.back() : config.latent;
}

/// Widths of the output's parts, each with a decoder of its own; one part unless the config says otherwise.
[[nodiscard]] inline std::vector<int> output_parts(const ModelConfig& config) {
  return config.output_parts.empty() ? std::vector<int>{config.output_depth} : config.output_parts;
}

/// What the output layer of part `part` says: its share of the output; of a nade head the hidden units, too; of a feel head a logit for
/// each drum's hit, and each drum's mixtures of velocity and offset: logits of the components' weights, their means, their log scales.
[[nodiscard]] inline int output_layer_width(const ModelConfig& config, int part) {
  if (config.head == OutputHead::feel) return config.output_depth / 3 * (1 + 2 * 3 * config.feel_components);
  return output_parts(config)[static_cast<std::size_t>(part)] + config.nade_hidden;
}

/// What all output layers say together.
[[nodiscard]] inline int logit_depth(const ModelConfig& config) {
  int depth = 0;
  for (int part = 0; part < static_cast<int>(output_parts(config).size()); ++part) depth += output_layer_width(config, part);
  return depth;
}

/// Widths of what every decoder also sees of the past: of each step further back, of the mean of all, of their spread.
[[nodiscard]] inline std::vector<int> lookback_widths(const ModelConfig& config) {
  std::vector<int> widths(config.lookback.size() + (config.running_mean ? 1 : 0), config.output_depth);
  if (config.running_spread) widths.push_back(config.output_depth / 3 * 2);
  return widths;
}

/// Their sum.
[[nodiscard]] inline int lookback_width(const ModelConfig& config) {
  return total(lookback_widths(config));
}

/// The layers of a part's decoder. The lowest is fed [the part's step before | embedding | control | steps further back | mean | spread].
[[nodiscard]] inline std::vector<LstmLayerSpec> decoder_layers(const ModelConfig& config, int part = 0) {
  const int inputs =
      output_parts(config)[static_cast<std::size_t>(part)] + embedding_width(config) + config.control_depth + lookback_width(config);
  return detail::lstm_stack(tensor_names::decoder(config, part) + "/multi_rnn_cell", inputs, config.decoder_units, config.residual_decoder);
}

/// Width of what the output layer of part `part` sees: the top decoder layer, and with a skip connection all that the lowest is fed.
[[nodiscard]] inline int output_layer_inputs(const ModelConfig& config, int part) {
  return config.decoder_units.back() + (config.skip ? decoder_layers(config, part).front().inputs : 0);
}

/// Every tensor of a model of this config, with its shape.
[[nodiscard]] inline std::vector<TensorSpec> tensor_specs(const ModelConfig& config) {
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
  dense(tensor_names::mu, 2 * config.encoder_units.back(), config.latent);
  dense(tensor_names::sigma, 2 * config.encoder_units.back(), config.latent);

  if (config.conductor) {
    dense(tensor_names::conductor_initial_state, config.latent, 2 * total(config.conductor->units));
    lstm(conductor_layers(config));
  }
  const std::vector<int> parts = output_parts(config);
  for (int part = 0; part < static_cast<int>(parts.size()); ++part) {
    dense(tensor_names::initial_state(config, part), embedding_width(config), 2 * total(config.decoder_units));
    lstm(decoder_layers(config, part));
    dense(tensor_names::output(config, part), output_layer_inputs(config, part), output_layer_width(config, part));
  }
  if (config.head == OutputHead::nade) {
    specs.push_back({tensor_names::nade_encoder(config), {config.output_depth, 1, config.nade_hidden}});
    specs.push_back({tensor_names::nade_decoder(config), {config.output_depth, config.nade_hidden, 1}});
  }
  return specs;
}

/// How many numbers a model of this config learns.
[[nodiscard]] inline std::int64_t parameter_count(const ModelConfig& config) {
  std::int64_t parameters = 0;
  for (const TensorSpec& spec : tensor_specs(config)) {
    std::int64_t count = 1;
    for (const std::int64_t extent : spec.shape) count *= extent;
    parameters += count;
  }
  return parameters;
}

}  // namespace musicvae

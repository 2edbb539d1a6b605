// ModelConfig: a model as data = encoder + optional conductor + decoder + output head, with its training recipe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae {

/// What the decoder's last layer means.
enum class OutputHead {
  groove,       ///< [hits x9 sigmoid | velocities x9 sigmoid | offsets x9 tanh] (Gillick et al. 2019, section 3.3)
  categorical,  ///< softmax over the output depth (Roberts et al. 2018, section 3.2)
};

/// The upper LSTM that turns z into one embedding a subsequence (Roberts et al. 2018, section 3.3).
struct ConductorConfig {
  std::vector<int> units;       ///< one LSTM layer each
  int segments = 4;             ///< subsequences; steps must divide by it
  bool autoregressive = false;  ///< the decoder's last state of a subsequence feeds the next step of the conductor
  friend bool operator==(const ConductorConfig&, const ConductorConfig&) = default;
};

/// How a model is trained. Defaults are those of Magenta's groovae_4bar.
struct TrainingConfig {
  int batch = 512;
  double learning_rate = 1e-3;
  double decay_rate = 0.9999;  ///< lr = (learning_rate - min_learning_rate) * decay_rate^step + min_learning_rate
  double min_learning_rate = 1e-5;
  double grad_clip = 1.0;          ///< clip by global norm
  double grad_norm_to_zero = 1e4;  ///< at this global norm or above the gradients are zeroed
  double max_beta = 0.2;           ///< weight of the KL term
  double beta_rate = 0.0;          ///< beta = (1 - beta_rate^step) * max_beta, with 0^0 = 1
  double free_bits = 48.0;         ///< KL that costs nothing, in bits, over all of z
  double dropout_keep = 0.3;       ///< share of cell inputs that dropout keeps while training
  friend bool operator==(const TrainingConfig&, const TrainingConfig&) = default;
};

/// A whole model. A regular value; validate() before use.
struct ModelConfig {
  std::string name;
  int steps = 64;  ///< steps of a window
  int steps_per_quarter = 4;
  int input_depth = 27;                      ///< width of the encoder's input
  int output_depth = 27;                     ///< width of the decoder's output and of its fed-back input
  int control_depth = 0;                     ///< width of the control track that encoder and decoder also see, after their input
  std::vector<int> encoder_units{512};       ///< one bidirectional LSTM layer each
  std::vector<int> decoder_units{256, 256};  ///< one LSTM layer each
  bool residual_encoder = false;
  bool residual_decoder = false;
  int latent = 256;  ///< width of z
  std::optional<ConductorConfig> conductor{};
  OutputHead head = OutputHead::groove;
  TrainingConfig training{};
  friend bool operator==(const ModelConfig&, const ModelConfig&) = default;

  /// Throws ConfigError naming the first field that cannot be.
  void validate() const;
};

/// A tensor that a model must have.
struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> shape;
};

/// Names of a model file's tensors: those of Magenta's TensorFlow variables, so that weights move both ways unchanged.
/// Kernels are [inputs, outputs], an LSTM kernel is [input + units, 4 * units] with gate blocks i, c~, f, o;
/// the forget gate's +1 is added when the gates are computed and is not in the file.
namespace tensor_names {
/// "fw" or "bw" of encoder layer `layer`, without "/kernel" or "/bias".
[[nodiscard]] inline std::string encoder_cell(int layer, const char* direction) {
  return "encoder/cell_" + std::to_string(layer) + "/bidirectional_rnn/" + direction + "/multi_rnn_cell/cell_0/lstm_cell";
}
/// The layer from the encoder's last states to mu.
inline constexpr const char* mu = "encoder/mu";
/// The layer from the encoder's last states to sigma, before its softplus.
inline constexpr const char* sigma = "encoder/sigma";
/// Where the decoder's tensors live: Magenta nests them when a conductor stands above.
[[nodiscard]] inline std::string decoder(const ModelConfig& config) {
  return config.conductor ? "core_decoder/decoder" : "decoder";
}
/// Decoder layer `layer`, without "/kernel" or "/bias".
[[nodiscard]] inline std::string decoder_cell(const ModelConfig& config, int layer) {
  return decoder(config) + "/multi_rnn_cell/cell_" + std::to_string(layer) + "/lstm_cell";
}
/// The layer from z, or from the conductor's embedding, to the decoder's first state.
[[nodiscard]] inline std::string initial_state(const ModelConfig& config) {
  return decoder(config) + "/z_to_initial_state";
}
/// The layer from the top decoder layer to the logits.
[[nodiscard]] inline std::string output(const ModelConfig& config) {
  return decoder(config) + "/output_projection";
}
/// The layer from z to the conductor's first state.
inline constexpr const char* conductor_initial_state = "decoder/hierarchical_level_0/initial_state";
/// Conductor layer `layer`, without "/kernel" or "/bias".
[[nodiscard]] inline std::string conductor_cell(int layer) {
  return "decoder/hierarchical_level_0/cell_" + std::to_string(layer) + "/lstm_cell";
}
}  // namespace tensor_names

/// Sum of layer widths.
[[nodiscard]] inline int total(const std::vector<int>& units) {
  int sum = 0;
  for (int u : units) sum += u;
  return sum;
}

/// Every tensor of a model of this config, with its shape.
[[nodiscard]] inline std::vector<TensorSpec> tensor_specs(const ModelConfig& config) {
  std::vector<TensorSpec> specs;
  const auto layer = [&](const std::string& name, int inputs, int outputs) {
    specs.push_back({name + "/kernel", {inputs, outputs}});
    specs.push_back({name + "/bias", {outputs}});
  };
  const auto lstm = [&](const std::string& name, int inputs, int units) { layer(name, inputs + units, 4 * units); };

  int width = config.input_depth + config.control_depth;
  for (int i = 0; i < static_cast<int>(config.encoder_units.size()); ++i) {
    const int units = config.encoder_units[static_cast<std::size_t>(i)];
    for (const char* direction : {"fw", "bw"}) lstm(tensor_names::encoder_cell(i, direction), width, units);
    width = 2 * units;
  }
  layer(tensor_names::mu, width, config.latent);
  layer(tensor_names::sigma, width, config.latent);

  int embedding = config.latent;
  if (config.conductor) {
    const ConductorConfig& conductor = *config.conductor;
    layer(tensor_names::conductor_initial_state, config.latent, 2 * total(conductor.units));
    // Without autoregression the conductor's input is one zero a step; with it, the decoder's last state and z.
    width = conductor.autoregressive ? 2 * total(config.decoder_units) + config.latent : 1;
    for (int i = 0; i < static_cast<int>(conductor.units.size()); ++i) {
      const int units = conductor.units[static_cast<std::size_t>(i)];
      lstm(tensor_names::conductor_cell(i), width, units);
      width = units;
    }
    embedding = width;
  }
  layer(tensor_names::initial_state(config), embedding, 2 * total(config.decoder_units));
  width = config.output_depth + embedding + config.control_depth;
  for (int i = 0; i < static_cast<int>(config.decoder_units.size()); ++i) {
    const int units = config.decoder_units[static_cast<std::size_t>(i)];
    lstm(tensor_names::decoder_cell(config, i), width, units);
    width = units;
  }
  layer(tensor_names::output(config), width, config.output_depth);
  return specs;
}

inline void ModelConfig::validate() const {
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
  demand(!residual_encoder && !residual_decoder,
         "residual cells are not known to this version; set residual_encoder and residual_decoder to false");
  demand(head != OutputHead::groove || output_depth % 3 == 0,
         "output_depth must be three equal parts (hits, velocities, offsets) for the groove head");
  if (conductor) {
    demand(positive(conductor->units), "conductor.units is wrong; use 1 to 16 layers of 1 to 16384 units");
    demand(conductor->segments >= 1 && steps % conductor->segments == 0, "conductor.segments must divide steps");
  }
  demand(training.batch >= 1 && training.batch <= 1 << 20, "training.batch is out of range; use 1 to 1048576");
  demand(training.learning_rate > 0 && training.min_learning_rate >= 0, "training.learning_rate must be above 0");
  demand(training.dropout_keep > 0 && training.dropout_keep <= 1, "training.dropout_keep is out of range; use above 0 to 1");
}

/// The table of named configs.
[[nodiscard]] inline const std::vector<ModelConfig>& named_configs() {
  static const std::vector<ModelConfig> configs = {
      // Gillick et al. 2019; Magenta's groovae_4bar, field for field.
      {.name = "groovae_4bar"},
  };
  return configs;
}

/// The config of that name. Throws ConfigError that lists the known names.
[[nodiscard]] inline const ModelConfig& named_config(const std::string& name) {
  std::string known;
  for (const ModelConfig& config : named_configs()) {
    if (config.name == name) return config;
    known += (known.empty() ? "" : ", ") + config.name;
  }
  throw ConfigError("no config is called \"" + name + "\"; use one of: " + known);
}

}  // namespace musicvae

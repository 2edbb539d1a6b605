// The tensors of a model of a given config: their names, their shapes and the layers that they belong to.
//
// The names are those of Magenta's TensorFlow variables, so that weights can be moved in both directions unchanged. A kernel is [inputs,
// outputs]. An LSTM kernel is [inputs + units, 4 * units] with gate blocks i, c~, f, o. The forget gate's +1 is added when the gates are
// computed; it is not in the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor.hpp"

namespace musicvae {

/// An LSTM layer in one direction: its sizes, and the names of its tensors without "/kernel" or "/bias".
struct LstmLayerSpec {
  int inputs = 0;            ///< width of its input
  int units = 0;             ///< width of its output
  std::string cell{};        ///< kernel [n + units, 4 * units] and bias; n is `inputs`, or `units` after a projection
  bool residual = false;     ///< the cell's input is added to its output (He et al. 2016; TensorFlow's ResidualWrapper)
  std::string projection{};  ///< a dense layer before the cell: kernel [inputs, units] and bias; empty: none
};

namespace tensor_names {
/// The layer from the encoder's last states to mu.
inline constexpr const char* kMu = "encoder/mu";
/// The layer from the encoder's last states to sigma, before its softplus.
inline constexpr const char* kSigma = "encoder/sigma";
/// The layer from z to the conductor's first state.
inline constexpr const char* kConductorInitialState = "decoder/hierarchical_level_0/initial_state";
/// The prefix of the names of the decoder's tensors. Magenta nests them when there is a conductor, and once more when the output has parts.
[[nodiscard]] std::string decoder(const ModelConfig& config, int part = 0);
/// The layer from z, or from the conductor's embedding, to the decoder's first state.
[[nodiscard]] std::string initial_state(const ModelConfig& config, int part = 0);
/// The layer from the top decoder layer to the logits.
[[nodiscard]] std::string output(const ModelConfig& config, int part = 0);
/// The nade head's weights from hits to hidden units [classes, 1, hidden].
[[nodiscard]] std::string nade_encoder(const ModelConfig& config);
/// The nade head's weights from hidden units to hits [classes, hidden, 1].
[[nodiscard]] std::string nade_decoder(const ModelConfig& config);
}  // namespace tensor_names

/// The number of levels of the encoder; a flat encoder has 1.
[[nodiscard]] int encoder_level_count(const ModelConfig& config);

/// The layers of one level of the encoder in one direction ("fw" or "bw"), the lowest first. The lowest level takes as input the encoder's
/// input and, after it, the control track. Each higher layer, and each higher level, takes both directions of the one below.
[[nodiscard]] std::vector<LstmLayerSpec> encoder_layers(const ModelConfig& config, int level, const std::string& direction);

/// The layers of the conductor. Without autoregression the lowest layer takes one zero per step as input; with it, the decoder's last state
/// and z. The config must have a conductor.
[[nodiscard]] std::vector<LstmLayerSpec> conductor_layers(const ModelConfig& config);

/// Width of the vector that the decoder starts from: z, or the conductor's embedding of a subsequence.
[[nodiscard]] int embedding_width(const ModelConfig& config);

/// Widths of the output's parts, each with its own decoder. There is one part unless the config lists parts.
[[nodiscard]] std::vector<int> output_parts(const ModelConfig& config);

/// Widths of the groups of a one-hot output, in order: those of Representation::categories(), or else one per output part. A softmax is
/// over one group.
[[nodiscard]] std::vector<int> one_hot_groups(const ModelConfig& config);

/// Width of the output layer of part `part`: its share of the output. A nade head adds the hidden units. A feel head has instead a logit
/// for the hit of each drum, and mixtures for the velocity and the offset of each drum: the logits of the components' weights, their means
/// and their log scales.
[[nodiscard]] int output_layer_width(const ModelConfig& config, int part);

/// Total width of all output layers.
[[nodiscard]] int logit_depth(const ModelConfig& config);

/// Widths of what every decoder also takes as input from the past: each lookback step, the running mean, the running spread.
[[nodiscard]] std::vector<int> lookback_widths(const ModelConfig& config);

/// The sum of lookback_widths().
[[nodiscard]] int lookback_width(const ModelConfig& config);

/// The layers of a part's decoder. The lowest takes as input [the part's previous step | embedding | control | lookback steps | running
/// mean | running spread].
[[nodiscard]] std::vector<LstmLayerSpec> decoder_layers(const ModelConfig& config, int part = 0);

/// Width of the input of the output layer of part `part`: the top decoder layer and, with a skip connection, all inputs of the lowest
/// layer.
[[nodiscard]] int output_layer_inputs(const ModelConfig& config, int part);

/// Every tensor of a model of this config, with its shape.
[[nodiscard]] std::vector<TensorSpec> tensor_specs(const ModelConfig& config);

/// The number of parameters that a model of this config learns.
[[nodiscard]] std::int64_t parameter_count(const ModelConfig& config);

}  // namespace musicvae

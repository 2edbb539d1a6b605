// Which tensors a model of a config has: their names, shapes and what they belong to.
//
// The names are those of Magenta's TensorFlow variables, so that weights move both ways unchanged. Kernels are [inputs, outputs], an
// LSTM kernel is [inputs + units, 4 * units] with gate blocks i, c~, f, o; the forget gate's +1 is added when the gates are computed
// and is not in the file.
#pragma once

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

/// How many levels the encoder has; a flat one has 1.
[[nodiscard]] int encoder_level_count(const ModelConfig& config);

/// The layers of an encoder level in one direction ("fw" or "bw"), the lowest first. The lowest level is fed the input and, after it,
/// the control track; each layer above and each level above both directions of what is below.
[[nodiscard]] std::vector<LstmLayerSpec> encoder_layers(const ModelConfig& config, int level, const std::string& direction);

/// The conductor's layers. Without autoregression the lowest is fed one zero a step; with it, the decoder's last state and z.
/// The config has a conductor.
[[nodiscard]] std::vector<LstmLayerSpec> conductor_layers(const ModelConfig& config);

/// Width of what the decoder starts from: z, or the conductor's embedding of a subsequence.
[[nodiscard]] int embedding_width(const ModelConfig& config);

/// Widths of the output's parts, each with a decoder of its own; one part unless the config says otherwise.
[[nodiscard]] std::vector<int> output_parts(const ModelConfig& config);

/// What the output layer of part `part` says: its share of the output; of a nade head the hidden units, too; of a feel head a logit for
/// each drum's hit, and each drum's mixtures of velocity and offset: logits of the components' weights, their means, their log scales.
[[nodiscard]] int output_layer_width(const ModelConfig& config, int part);

/// What all output layers say together.
[[nodiscard]] int logit_depth(const ModelConfig& config);

/// Widths of what every decoder also sees of the past: of each step further back, of the mean of all, of their spread.
[[nodiscard]] std::vector<int> lookback_widths(const ModelConfig& config);

/// Their sum.
[[nodiscard]] int lookback_width(const ModelConfig& config);

/// The layers of a part's decoder. The lowest is fed [the part's step before | embedding | control | steps further back | mean | spread].
[[nodiscard]] std::vector<LstmLayerSpec> decoder_layers(const ModelConfig& config, int part = 0);

/// Width of what the output layer of part `part` sees: the top decoder layer, and with a skip connection all that the lowest is fed.
[[nodiscard]] int output_layer_inputs(const ModelConfig& config, int part);

/// Every tensor of a model of this config, with its shape.
[[nodiscard]] std::vector<TensorSpec> tensor_specs(const ModelConfig& config);

/// How many numbers a model of this config learns.
[[nodiscard]] std::int64_t parameter_count(const ModelConfig& config);

}  // namespace musicvae

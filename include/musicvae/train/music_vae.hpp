// MusicVae: encoder, optional conductor and decoder as one trainable module.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/model/weights.hpp"
#include "musicvae/train/conductor.hpp"
#include "musicvae/train/decoder.hpp"
#include "musicvae/train/encoder.hpp"

namespace musicvae::train {

/// A batch of windows, time-major.
struct Batch {
  torch::Tensor input;         ///< [T, B, input_depth]: the input of the encoder, without the control track
  torch::Tensor target;        ///< [T, B, output_depth]: the desired output of the decoder
  torch::Tensor control = {};  ///< [T, B, control_depth]; undefined if the config has none
  torch::Tensor lengths = {};  ///< int64 [B], each 1..T; undefined: all T
};

/// The result of a pass through encoder and decoder.
struct Reconstruction {
  torch::Tensor logits;  ///< [T, B, output_depth]
  Posterior posterior;
  torch::Tensor z;  ///< mu + sigma * eps, [B, latent]
};

/// A parameter with its TensorFlow name and layout (see tensor_specs).
using NamedTensor = std::pair<std::string, torch::Tensor>;

/// The whole model. Not thread-safe: one pass at a time.
class MusicVaeImpl : public torch::nn::Module {
 public:
  /// Creates the model with all parameters zero; call load() or initialize() next. Throws ConfigError.
  explicit MusicVaeImpl(ModelConfig config);

  [[nodiscard]] const ModelConfig& config() const { return config_; }

  /// z = mu + sigma * eps with eps [B, latent]: N(0, 1) draws, or zeros for the mean. Throws ArgumentError when shapes do not match the
  /// config.
  [[nodiscard]] Reconstruction forward(const Batch& batch, const torch::Tensor& eps, const Dropout& dropout = {},
                                       const ScheduledSampling& sampling = {});
  /// Logits [T, B, output_depth] for z [B, latent], teacher-forced except for the steps that `sampling` replaces. For a nade head, the
  /// logits of each cell are conditioned on the target's earlier cells of the same step. Below a conductor, each subsequence begins with
  /// the truth, unless the decoder looks back.
  [[nodiscard]] torch::Tensor decode(const torch::Tensor& target, const torch::Tensor& z, const torch::Tensor& control = {},
                                     const Dropout& dropout = {}, const ScheduledSampling& sampling = {});
  /// q(z | input, control). Shapes as in Batch.
  [[nodiscard]] Posterior encode(const torch::Tensor& input, const torch::Tensor& control = {}, const torch::Tensor& lengths = {},
                                 const Dropout& dropout = {});

  /// Initialises the weights as TensorFlow does: Glorot-uniform kernels (over the joint kernel of an LSTM), a normal distribution of
  /// standard deviation 0.001 for mu, sigma and the initial states, a normal distribution of variance 1 / classes truncated at two standard
  /// deviations for a NADE, and zero biases. The same seed gives the same weights on every device.
  void initialize(std::uint64_t seed);
  /// All parameters, in the order of tensor_specs. The tensors are the parameters themselves, so their .grad() are the gradients.
  [[nodiscard]] std::vector<NamedTensor> tensors() const;
  /// Copies of the parameters on the host.
  [[nodiscard]] Weights weights() const;
  using torch::nn::Module::load;
  /// Throws ModelError when a tensor is missing, unexpected, of the wrong shape or not finite. `source` names the weights in the message.
  void load(const Weights& weights, const std::string& source);

  /// How the LSTM layers are computed; may change between passes.
  LstmMode lstm;

 private:
  void check(const Batch& batch, const torch::Tensor& eps) const;

  ModelConfig config_;
  Encoder encoder_{nullptr};
  Conductor conductor_{nullptr};
  Decoder decoder_{nullptr};
};
TORCH_MODULE(MusicVae);

/// A host copy of a tensor.
[[nodiscard]] musicvae::Tensor to_host(const torch::Tensor& tensor);
/// Copies values into a tensor of the same shape on any device.
void copy_from_host(const musicvae::Tensor& from, torch::Tensor to);

}  // namespace musicvae::train

// MusicVae: encoder, optional conductor and decoder as one module that learns.
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

/// Windows side by side, time-major.
struct Batch {
  torch::Tensor input;         ///< [T, B, input_depth]: what the encoder sees, besides the control track
  torch::Tensor target;        ///< [T, B, output_depth]: what the decoder should say
  torch::Tensor control = {};  ///< [T, B, control_depth]; undefined where the config has none
  torch::Tensor lengths = {};  ///< int64 [B], each 1..T; undefined: all T
};

/// A pass through encoder and decoder.
struct Reconstruction {
  torch::Tensor logits;  ///< [T, B, output_depth]
  Posterior posterior;
  torch::Tensor z;  ///< mu + sigma * eps, [B, latent]
};

/// A parameter with its TensorFlow name (those of tensor_specs) and in its layout.
using NamedTensor = std::pair<std::string, torch::Tensor>;

/// The whole model. Not thread-safe: a pass at a time.
class MusicVaeImpl : public torch::nn::Module {
 public:
  /// All parameters zero; load() or initialize() them. Throws ConfigError.
  explicit MusicVaeImpl(ModelConfig config);

  [[nodiscard]] const ModelConfig& config() const { return config_; }

  /// z = mu + sigma * eps with eps [B, latent]: N(0, 1) draws, or zeros for the mean. Throws ArgumentError when shapes do not fit the config.
  [[nodiscard]] Reconstruction forward(const Batch& batch, const torch::Tensor& eps, const Dropout& dropout = {},
                                       const ScheduledSampling& sampling = {});
  /// Logits [T, B, output_depth] of z [B, latent], teacher-forced but for what `sampling` exchanges; of a nade head each cell's given the
  /// target's cells before it in its step. Below a conductor each subsequence begins with the
  /// truth, unless the decoder looks back.
  [[nodiscard]] torch::Tensor decode(const torch::Tensor& target, const torch::Tensor& z, const torch::Tensor& control = {},
                                     const Dropout& dropout = {}, const ScheduledSampling& sampling = {});
  /// q(z | input, control). Shapes as in Batch.
  [[nodiscard]] Posterior encode(const torch::Tensor& input, const torch::Tensor& control = {}, const torch::Tensor& lengths = {},
                                 const Dropout& dropout = {});

  /// Fresh weights as TensorFlow draws them: Glorot-uniform kernels (over the joint kernel of an LSTM), N(0, 0.001) for mu, sigma and
  /// the initial states, N(0, 1 / classes) within two deviations for a NADE, zero biases. The same seed gives the same weights on every device.
  void initialize(std::uint64_t seed);
  /// Every parameter, in the order of tensor_specs. The tensors are the parameters themselves: read their .grad() for gradients.
  [[nodiscard]] std::vector<NamedTensor> tensors() const;
  /// Copies of the parameters on the host.
  [[nodiscard]] Weights weights() const;
  using torch::nn::Module::load;
  /// Throws ModelError when a tensor is missing, spare, misshapen or not finite. `source` names the weights in the message.
  void load(const Weights& weights, const std::string& source);

  /// How its LSTM layers are computed; may change between passes.
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
/// Copies values into a tensor of the same shape, on whatever device it is.
void copy_from_host(const musicvae::Tensor& from, torch::Tensor to);

}  // namespace musicvae::train

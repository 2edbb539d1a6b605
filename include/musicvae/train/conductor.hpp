// Conductor: computes one embedding per subsequence from z (Roberts et al. 2018, section 3.3).
#pragma once

#include "musicvae/model/config.hpp"
#include "musicvae/train/layers.hpp"

namespace musicvae::train {

/// An LSTM stack above the decoder. Its input at each step is a single zero, or, with autoregression, [the decoder's last state | z].
class ConductorImpl : public torch::nn::Module {
 public:
  /// Throws ConfigError when the config has no conductor.
  explicit ConductorImpl(const ModelConfig& config);

  /// All embeddings at once, [segments, B, units of the top layer], from z [B, latent]. Only without autoregression.
  [[nodiscard]] torch::Tensor embeddings(const torch::Tensor& z, const Pass& pass);

  /// With autoregression: the state between two subsequences.
  struct Progress {
    std::int64_t segment = 0;
    std::vector<LstmState> states;
    torch::Tensor z;        ///< [B, latent]
    torch::Tensor decoded;  ///< the decoder's last state [B, 2 * total(decoder_units)]; zeros before the first subsequence
  };
  [[nodiscard]] Progress begin(const torch::Tensor& z);
  /// The embedding of the next subsequence, [B, units of the top layer]. Set progress.decoded between calls.
  [[nodiscard]] torch::Tensor step(Progress& progress, const Pass& pass);

 private:
  std::int64_t segments_;
  std::int64_t decoder_state_width_;
  LstmStack stack_{nullptr};
};
TORCH_MODULE(Conductor);

}  // namespace musicvae::train

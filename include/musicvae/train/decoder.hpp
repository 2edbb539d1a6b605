// Decoder: an embedding (z, or the conductor's for one subsequence) and the steps before to the logits of each step.
#pragma once

#include <vector>

#include "musicvae/model/config.hpp"
#include "musicvae/train/layers.hpp"

namespace musicvae::train {

/// An LSTM stack with an output layer, fed the true previous step (teacher forcing; Roberts et al. 2018, section 3.1).
/// Each step's input is [previous step | embedding | control].
class DecoderImpl : public torch::nn::Module {
 public:
  explicit DecoderImpl(const ModelConfig& config);

  /// What a pass over a batch made.
  struct Result {
    torch::Tensor logits;           ///< [T, B, output_depth]
    std::vector<LstmState> states;  ///< after the last step, one a layer
  };
  /// `previous` [T, B, output_depth]: at each step the target of the step before, zeros before the first. `embedding` [B, width].
  /// `control` [T, B, control_depth], undefined where the config has none. `place`: which steps of the windows these are, for dropout.
  [[nodiscard]] Result forward(const torch::Tensor& previous, const torch::Tensor& embedding, const torch::Tensor& control,
                               DropoutSite place, const Pass& pass);

 private:
  LstmStack stack_{nullptr};
  Dense output_{nullptr};
};
TORCH_MODULE(Decoder);

}  // namespace musicvae::train

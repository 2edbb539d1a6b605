// Decoder: computes the logits of each step from an embedding (z, or the conductor's embedding of a subsequence) and the previous steps.
#pragma once

#include <vector>

#include "musicvae/model/config.hpp"
#include "musicvae/train/head.hpp"
#include "musicvae/train/layers.hpp"

namespace musicvae::train {

/// An LSTM stack with an output layer, or one such pair for each part of the output. It takes the previous step as input: the true one
/// (teacher forcing; Roberts et al. 2018, section 3.1) or the model's own choice (scheduled sampling). The input of each step is [previous
/// step | embedding | control | earlier steps].
class DecoderImpl : public torch::nn::Module {
 public:
  explicit DecoderImpl(const ModelConfig& config);

  /// The decoder's inputs for some steps of the windows.
  struct Input {
    torch::Tensor previous;    ///< [T, B, output_depth]: for each step, the target of the previous step; zeros before the first
    torch::Tensor embedding;   ///< [B, width]
    torch::Tensor control;     ///< [T, B, control_depth + lookback_width()]; undefined if the config has neither
    DropoutSite dropout_site;  ///< the position of these steps in the windows, for dropout
  };
  /// The result of a pass over a batch.
  struct Result {
    torch::Tensor logits;           ///< [T, B, output_depth]; before a NADE, [T, B, hidden + output_depth]
    std::vector<LstmState> states;  ///< after the last step, one per layer; those of the last part
  };
  [[nodiscard]] Result forward(const Input& input, const Pass& pass);

  /// The decoder's inputs for windows whose output is `made` [T, B, output_depth]. `previous` is the previous step. `control` holds the
  /// config's own `control` track and the lookback on earlier steps. `embedding` and `dropout_site` stay empty.
  [[nodiscard]] Input prepare_input(const torch::Tensor& made, const torch::Tensor& control) const;

  /// Scheduled sampling of one subsequence, of as many steps as `sampling` has. In `made` [T, B, output_depth], which covers whole windows,
  /// it replaces true steps with the model's own choices. Unless the decoder looks back, the next subsequence begins with the truth. From
  /// `subsequence` it uses the embedding, the config's own control track and the dropout site. Without gradients.
  void apply_scheduled_sampling(torch::Tensor& made, const Input& subsequence, const ScheduledSampling& sampling, const Pass& pass);

  /// For a head with weights of its own (nade): the logits of each cell, given the cells before it in the target. For others: `logits`.
  [[nodiscard]] torch::Tensor cell_logits(const torch::Tensor& logits, const torch::Tensor& target) const;

 private:
  struct Part {
    std::int64_t depth;
    LstmStack stack;
    Dense output;
  };
  [[nodiscard]] Result forward_parts(const Input& input, std::vector<std::vector<LstmState>>& states, const Pass& pass);
  [[nodiscard]] std::vector<std::vector<LstmState>> initial_states(const torch::Tensor& embedding);

  ModelConfig config_;
  std::vector<Part> parts_;
  const Head* head_;
  std::shared_ptr<HeadWeights> head_weights_;  // null: the head has none
};
TORCH_MODULE(Decoder);

}  // namespace musicvae::train

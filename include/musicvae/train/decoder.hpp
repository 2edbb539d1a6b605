// Decoder: an embedding (z, or the conductor's for one subsequence) and the steps before to the logits of each step.
#pragma once

#include <vector>

#include "musicvae/model/config.hpp"
#include "musicvae/train/layers.hpp"
#include "musicvae/train/output_head.hpp"

namespace musicvae::train {

/// An LSTM stack with an output layer, or one for each part of the output, fed the step before: the true one (teacher forcing; Roberts et
/// al. 2018, section 3.1), or what it would have chosen itself (scheduled sampling). Each step's input is [step before | embedding | control | steps further back].
class DecoderImpl : public torch::nn::Module {
 public:
  explicit DecoderImpl(const ModelConfig& config);

  /// What a decoder is fed over some steps of the windows.
  struct Fed {
    torch::Tensor previous;   ///< [T, B, output_depth]: at each step the target of the step before, zeros before the first
    torch::Tensor embedding;  ///< [B, width]
    torch::Tensor control;    ///< [T, B, control_depth + lookback_width()], undefined where the config has neither
    DropoutSite place;        ///< which steps of the windows these are, for dropout
  };
  /// What a pass over a batch made.
  struct Result {
    torch::Tensor logits;           ///< [T, B, output_depth]; before a NADE [T, B, hidden + output_depth]
    std::vector<LstmState> states;  ///< after the last step, one a layer; of the last part
  };
  [[nodiscard]] Result forward(const Fed& fed, const Pass& pass);

  /// What it is fed of windows in which `made` [T, B, output_depth] was made: the step before, and as `control` the config's own `control`
  /// track and what it sees of the steps further back. Neither embedding nor place.
  [[nodiscard]] Fed fed(const torch::Tensor& made, const torch::Tensor& control) const;

  /// Scheduled sampling of a subsequence, of as many steps as `sampling` has: exchanges the truth in `made` [T, B, output_depth], of whole
  /// windows, for its own choices. Unless it looks back, the next subsequence begins with the truth. Of `subsequence` it takes the
  /// embedding, the config's own control track and the place. Without gradients.
  void exchange(torch::Tensor& made, const Fed& subsequence, const ScheduledSampling& sampling, const Pass& pass);

  /// Of a nade head: the logits of each cell given those before it in the target. Of any other: `logits`.
  [[nodiscard]] torch::Tensor cell_logits(const torch::Tensor& logits, const torch::Tensor& target) const;

 private:
  struct Part {
    std::int64_t depth;
    LstmStack stack;
    Dense output;
  };
  [[nodiscard]] Result pass_over(const Fed& fed, std::vector<std::vector<LstmState>>& states, const Pass& pass);
  [[nodiscard]] std::vector<std::vector<LstmState>> initial_states(const torch::Tensor& embedding);

  ModelConfig config_;
  std::vector<Part> parts_;
  Nade nade_{nullptr};
};
TORCH_MODULE(Decoder);

}  // namespace musicvae::train

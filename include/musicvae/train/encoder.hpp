// Encoder: a window to the mean and the width of its latent distribution (Roberts et al. 2018, section 3.1).
#pragma once

#include <vector>

#include "musicvae/model/config.hpp"
#include "musicvae/train/layers.hpp"

namespace musicvae::train {

/// q(z | x) = N(mu, diag(sigma^2)); each [B, latent].
struct Posterior {
  torch::Tensor mu;
  torch::Tensor sigma;
};

/// Sequences [T, B, width] with their first lengths[b] steps turned round; the steps after stay. `lengths` is an int64 tensor [B].
[[nodiscard]] torch::Tensor reverse_valid(const torch::Tensor& x, const torch::Tensor& lengths);

/// Bidirectional LSTM layers; mu = dense, sigma = softplus(dense) of the two last states of the top layer, side by side. A hierarchical
/// encoder does that with segments first, and then with what it made of them (Magenta's HierarchicalLstmEncoder).
class EncoderImpl : public torch::nn::Module {
 public:
  explicit EncoderImpl(const ModelConfig& config);
  /// x [T, B, input_depth + control_depth]; `lengths` int64 [B], each 1..T, or undefined: all T. Steps beyond a window's length have no
  /// effect. A hierarchical encoder sees all steps, whatever `lengths` says.
  [[nodiscard]] Posterior forward(const torch::Tensor& x, const torch::Tensor& lengths, const Pass& pass);

 private:
  struct Layer {
    LstmLayer forward;
    LstmLayer backward;
  };
  struct Level {
    std::int64_t steps = 0;  // of a segment; 0: all
    std::vector<Layer> layers;
  };
  [[nodiscard]] static torch::Tensor summary(Level& level, torch::Tensor input, const torch::Tensor& lengths, DropoutSite site,
                                             const Pass& pass);

  std::vector<Level> levels_;
  Dense mu_{nullptr};
  Dense sigma_{nullptr};
};
TORCH_MODULE(Encoder);

}  // namespace musicvae::train

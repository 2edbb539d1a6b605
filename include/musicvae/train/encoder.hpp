// Encoder: maps a window to the mean and standard deviation of its latent distribution (Roberts et al. 2018, section 3.1).
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

/// Sequences [T, B, width] with their first lengths[b] steps reversed; later steps stay. `lengths` is an int64 tensor [B].
[[nodiscard]] torch::Tensor reverse_valid(const torch::Tensor& x, const torch::Tensor& lengths);

/// Bidirectional LSTM layers. The two last states of the top layer, side by side, give mu = dense and sigma = softplus(dense). A
/// hierarchical encoder first applies such layers to segments and then to the results (Magenta's HierarchicalLstmEncoder).
class EncoderImpl : public torch::nn::Module {
 public:
  explicit EncoderImpl(const ModelConfig& config);
  /// x [T, B, input_depth + control_depth]; `lengths` is int64 [B], each 1..T, or undefined for all T. Steps beyond a window's length have
  /// no effect. A hierarchical encoder reads whole windows, whatever `lengths` is: all rows, or those up to the end of each segment
  /// (Representation::segments_end).
  [[nodiscard]] Posterior forward(const torch::Tensor& x, const torch::Tensor& lengths, const Pass& pass);

 private:
  struct Layer {
    LstmLayer forward;
    LstmLayer backward;
  };
  struct Level {
    std::int64_t steps = 0;  // per segment; 0: all
    std::vector<Layer> layers;
  };
  [[nodiscard]] static torch::Tensor summary(Level& level, torch::Tensor input, const torch::Tensor& lengths, DropoutSite site,
                                             const Pass& pass);

  std::vector<Level> levels_;
  std::int64_t ending_columns_ = 0;  // a segment of the lowest level ends with its last row that is not zero there; 0: all rows count
  Dense mu_{nullptr};
  Dense sigma_{nullptr};
};
TORCH_MODULE(Encoder);

}  // namespace musicvae::train

// Conductor: the upper LSTM of a hierarchical decoder, from z to one embedding per subsequence (Roberts et al. 2018, section 3.3).
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "musicvae/engine/layers.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/weights.hpp"

namespace musicvae::engine {

/// The conductor's weights, packed; immutable and shared.
struct ConductorWeights {
  const Kernels* kernels;
  int latent;
  int embedding;      ///< units of the top layer
  int decoder_state;  ///< width of the decoder's flat state; 0 without autoregression
  DenseLayer initial_state;
  std::vector<LstmLayer> layers;

  /// `config` must have a conductor, and `weights` must be checked (check_weights).
  ConductorWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen);
};

/// Runs the conductor for a batch. Belongs to one thread at a time. Constructing and prepare() allocate; start() and next() do not.
class Conductor {
 public:
  explicit Conductor(std::shared_ptr<const ConductorWeights> weights);

  /// Sizes the buffers for batches up to `max_batch`.
  void prepare(int max_batch);

  /// Begins new sequences from `z` [n, latent], whose rows are `z_stride` floats apart.
  void start(const float* z, std::ptrdiff_t z_stride, int n) noexcept;

  /// Returns the embeddings [n, embedding] of the next subsequence, which are valid until the next call. `decoder_state` has the decoder's
  /// state c0, h0, c1, h1, ... after the previous subsequence (zeros for the first). Without autoregression it is not read.
  const Rows& next(const Rows& decoder_state, int n) noexcept;

 private:
  std::shared_ptr<const ConductorWeights> weights_;
  LstmStack stack_;
  Rows constant_;  // the part of the lowest layer's input that is constant over time: bias and z
  Rows scratch_;
};

}  // namespace musicvae::engine

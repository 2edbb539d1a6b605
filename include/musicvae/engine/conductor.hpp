// Conductor: the upper LSTM of a hierarchical decoder, from z to one embedding a subsequence (Roberts et al. 2018, section 3.3).
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

  /// `config` has a conductor; `weights` are checked (check_weights).
  ConductorWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen);
};

/// Conducts a batch. Belongs to one thread at a time. Constructing and prepare() allocate; start() and next() do not.
class Conductor {
 public:
  explicit Conductor(std::shared_ptr<const ConductorWeights> weights);

  /// Sizes the buffers for batches up to `max_batch`.
  void prepare(int max_batch);

  /// Begins with `z` [n, latent], rows `z_stride` floats apart.
  void start(const float* z, std::ptrdiff_t z_stride, int n) noexcept;

  /// The embeddings [n, embedding] of the next subsequence; valid until the next call. `decoder_state` holds the decoder's
  /// state c0, h0, c1, h1, ... after the subsequence before (zeros for the first); not read without autoregression.
  const Rows& next(const Rows& decoder_state, int n) noexcept;

 private:
  std::shared_ptr<const ConductorWeights> weights_;
  LstmStack stack_;
  Rows constant_;  // the part of the lowest input that does not change over time: bias and z
  Rows scratch_;
};

}  // namespace musicvae::engine

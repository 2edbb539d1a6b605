// Conductor: the upper LSTM of a hierarchical decoder, from z to one embedding a subsequence (Roberts et al. 2018, section 3.3).
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/engine/layers.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor_specs.hpp"

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
  ConductorWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen)
      : kernels(&chosen),
        latent(config.latent),
        embedding(config.conductor->units.back()),
        decoder_state(config.conductor->autoregressive ? 2 * total(config.decoder_units) : 0),
        initial_state(weights, tensor_names::conductor_initial_state) {
    // With autoregression the lowest layer sees [the decoder's state | z], without it a single zero.
    std::vector<int> widths = config.conductor->autoregressive ? std::vector<int>{decoder_state, latent} : std::vector<int>{1};
    for (const LstmLayerSpec& spec : conductor_layers(config)) {
      layers.emplace_back(weights, spec, widths);
      widths = {spec.units};
    }
  }
};

/// Conducts a batch. Belongs to one thread at a time. Constructing and prepare() allocate; start() and next() do not.
class Conductor {
 public:
  explicit Conductor(std::shared_ptr<const ConductorWeights> weights) : weights_(std::move(weights)), stack_(weights_->layers) {}

  /// Sizes the buffers for batches up to `max_batch`.
  void prepare(int max_batch) {
    stack_.prepare(max_batch);
    constant_ = Rows(max_batch, weights_->layers.front().input_width());
    scratch_ = Rows(max_batch, weights_->initial_state.outputs);
  }

  /// Begins with `z` [n, latent], rows `z_stride` floats apart.
  void start(const float* z, std::ptrdiff_t z_stride, int n) noexcept {
    const Kernels& k = *weights_->kernels;
    stack_.start(k, weights_->initial_state, z, z_stride, scratch_, n);
    const LstmLayer& lowest = weights_->layers.front();
    for (int b = 0; b < n; ++b) std::copy(lowest.input_bias.begin(), lowest.input_bias.end(), constant_.row(b));
    if (weights_->decoder_state > 0) add_input(k, lowest.inputs[1], z, z_stride, constant_, n);
  }

  /// The embeddings [n, embedding] of the next subsequence; valid until the next call. `decoder_state` holds the decoder's
  /// state c0, h0, c1, h1, ... after the subsequence before (zeros for the first); not read without autoregression.
  const Rows& next(const Rows& decoder_state, int n) noexcept {
    const Kernels& k = *weights_->kernels;
    Rows& input = stack_.input();
    for (int b = 0; b < n; ++b) std::copy_n(constant_.row(b), constant_.stride(), input.row(b));
    if (weights_->decoder_state > 0) {
      add_input(k, weights_->layers.front().inputs[0], decoder_state.row(0), decoder_state.stride(), input, n);
    }
    stack_.step(k, n);
    return stack_.output();
  }

 private:
  std::shared_ptr<const ConductorWeights> weights_;
  LstmStack stack_;
  Rows constant_;  // the part of the lowest input that does not change over time: bias and z
  Rows scratch_;
};

}  // namespace musicvae::engine

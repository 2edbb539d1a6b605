#include "musicvae/engine/conductor.hpp"

#include <algorithm>
#include <utility>

#include "musicvae/model/tensor_specs.hpp"

namespace musicvae::engine {

ConductorWeights::ConductorWeights(const ModelConfig& config, const Weights& weights, const Kernels& chosen)
    : kernels(&chosen),
      latent(config.latent),
      embedding(config.conductor->units.back()),
      decoder_state(config.conductor->autoregressive ? 2 * total(config.decoder.units) : 0),
      initial_state(weights, tensor_names::kConductorInitialState) {
  // With autoregression the lowest layer takes as input [the decoder's state | z]; without it, a single zero.
  std::vector<int> widths = config.conductor->autoregressive ? std::vector<int>{decoder_state, latent} : std::vector<int>{1};
  for (const LstmLayerSpec& spec : conductor_layers(config)) {
    layers.emplace_back(weights, spec, widths);
    widths = {spec.units};
  }
}

Conductor::Conductor(std::shared_ptr<const ConductorWeights> weights) : weights_(std::move(weights)), stack_(weights_->layers) {}

void Conductor::prepare(int max_batch) {
  stack_.prepare(max_batch);
  constant_ = Rows(max_batch, weights_->layers.front().input_width());
  scratch_ = Rows(max_batch, weights_->initial_state.outputs);
}

void Conductor::start(const float* z, std::ptrdiff_t z_stride, int n) noexcept {
  const Kernels& k = *weights_->kernels;
  stack_.start(k, weights_->initial_state, z, z_stride, scratch_, n);
  const LstmLayer& lowest = weights_->layers.front();
  for (int b = 0; b < n; ++b) std::copy(lowest.input_bias.begin(), lowest.input_bias.end(), constant_.row(b));
  if (weights_->decoder_state > 0) add_input(k, lowest.inputs[1], z, z_stride, constant_, n);
}

const Rows& Conductor::next(const Rows& decoder_state, int n) noexcept {
  const Kernels& k = *weights_->kernels;
  Rows& input = stack_.input();
  for (int b = 0; b < n; ++b) std::copy_n(constant_.row(b), constant_.stride(), input.row(b));
  if (weights_->decoder_state > 0) {
    add_input(k, weights_->layers.front().inputs[0], decoder_state.row(0), decoder_state.stride(), input, n);
  }
  stack_.step(k, n);
  return stack_.output();
}

}  // namespace musicvae::engine

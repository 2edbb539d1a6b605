#include "musicvae/train/encoder.hpp"

#include "musicvae/model/tensor_specs.hpp"

namespace musicvae::train {
namespace {

// x [T, B, width] at the steps index [T or 1, B].
torch::Tensor gather_steps(const torch::Tensor& x, const torch::Tensor& index) {
  return x.gather(0, index.unsqueeze(2).expand({index.size(0), index.size(1), x.size(2)}));
}

// The number of rows up to the last one that is not zero, at least 1: x [T, B, width] -> int64 [B].
torch::Tensor ends_of(const torch::Tensor& x) {
  const torch::Tensor number = torch::arange(1, x.size(0) + 1, x.options().dtype(torch::kInt64)).unsqueeze(1);
  return (x.ne(0).any(2).to(torch::kInt64) * number).amax(0).clamp_min(1);
}

}  // namespace

torch::Tensor reverse_valid(const torch::Tensor& x, const torch::Tensor& lengths) {
  const torch::Tensor step = torch::arange(x.size(0), lengths.options()).unsqueeze(1);
  return gather_steps(x, torch::where(step < lengths, lengths - 1 - step, step));
}

EncoderImpl::EncoderImpl(const ModelConfig& config) {
  if (config.representation->segments_end() && !config.encoder.levels.empty()) ending_columns_ = config.input_depth();
  for (int l = 0; l < encoder_level_count(config); ++l) {
    Level& level = levels_.emplace_back();
    if (!config.encoder.levels.empty()) level.steps = config.encoder.levels[static_cast<std::size_t>(l)];
    const std::vector<LstmLayerSpec> forward = encoder_layers(config, l, "fw");
    const std::vector<LstmLayerSpec> backward = encoder_layers(config, l, "bw");
    for (std::size_t i = 0; i < forward.size(); ++i) {
      level.layers.push_back({.forward = register_module(forward[i].cell, LstmLayer(forward[i])),
                              .backward = register_module(backward[i].cell, LstmLayer(backward[i]))});
    }
  }
  mu_ = register_module(tensor_names::kMu, Dense(2 * config.encoder.units.back(), config.latent));
  sigma_ = register_module(tensor_names::kSigma, Dense(2 * config.encoder.units.back(), config.latent));
}

// The two last states of a level's top layer, side by side [B, 2 units]. `site` belongs to its lowest forward layer.
torch::Tensor EncoderImpl::summary(Level& level, torch::Tensor input, const torch::Tensor& lengths, DropoutSite site, const Pass& pass) {
  const auto reverse = [&](const torch::Tensor& y) { return lengths.defined() ? reverse_valid(y, lengths) : y.flip(0); };
  for (std::size_t i = 0;; ++i) {
    Layer& layer = level.layers[i];
    const bool top = i + 1 == level.layers.size();
    const bool outputs = !top || lengths.defined();  // for whole windows, the last output is the last state
    // In the backward direction, time runs from a window's last step to its first.
    DropoutSite backward_site = site;
    ++backward_site.layer;
    const LstmInput forward = layer.forward->prepare_input({.x = input}, site, pass.dropout);
    const LstmInput backward = layer.backward->prepare_input({.x = reverse(input)}, backward_site, pass.dropout);
    const std::vector<LstmResult> results =
        run_lstm({layer.forward->call(forward, site, {}, outputs), layer.backward->call(backward, backward_site, {}, outputs)},
                 layer.forward->residual() ? Dropout{} : pass.dropout, pass.lstm);
    if (top) {
      const auto last = [&](const LstmResult& result) {
        return lengths.defined() ? gather_steps(result.outputs, (lengths - 1).unsqueeze(0)).squeeze(0) : result.end.h;
      };
      return torch::cat({last(results[0]), last(results[1])}, 1);
    }
    input =
        torch::cat({layer.forward->output(results[0].outputs, forward), reverse(layer.backward->output(results[1].outputs, backward))}, 2);
    site.layer += 2;
  }
}

Posterior EncoderImpl::forward(const torch::Tensor& x, const torch::Tensor& lengths, const Pass& pass) {
  torch::Tensor input = x;
  DropoutSite site;
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    Level& level = levels_[l];
    torch::Tensor level_lengths = levels_.size() == 1 ? lengths : torch::Tensor();
    const std::int64_t segments = level.steps == 0 ? 1 : input.size(0) / level.steps;
    const std::int64_t windows = input.size(1);
    // The segments of a window do not depend on each other, so they form one batch, [steps, segments * windows, width].
    if (segments > 1)
      input = input.view({segments, level.steps, windows, -1}).transpose(0, 1).reshape({level.steps, segments * windows, -1});
    if (l == 0 && ending_columns_ > 0) level_lengths = ends_of(input.detach().narrow(2, 0, ending_columns_));
    site.segments = segments;
    const torch::Tensor made = summary(level, input, level_lengths, site, pass);
    input = made.view({segments, windows, -1});
    site.layer += 2 * static_cast<int>(level.layers.size());
  }
  const torch::Tensor last = input.squeeze(0);
  return {.mu = mu_(last), .sigma = torch::softplus(sigma_(last))};
}

}  // namespace musicvae::train

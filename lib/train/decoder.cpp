#include "musicvae/train/decoder.hpp"

#include <algorithm>

#include "musicvae/model/tensor_specs.hpp"

namespace musicvae::train {
namespace {

// The values `back` steps before each step; zeros before the first.
torch::Tensor steps_before(const torch::Tensor& x, std::int64_t back) {
  return torch::cat({torch::zeros_like(x.narrow(0, 0, back)), x.narrow(0, 0, x.size(0) - back)});
}

// The same for one step, [1, B, width].
torch::Tensor step_before(const torch::Tensor& x, std::int64_t t, std::int64_t back) {
  return t < back ? torch::zeros_like(x.narrow(0, 0, 1)) : x.narrow(0, t - back, 1);
}

// The terms to be summed over the past steps: hits, the velocities and offsets of the hits, and, with `squares`, the squares of both.
torch::Tensor to_sum(const torch::Tensor& made, bool squares) {
  const std::vector<torch::Tensor> cells = made.chunk(3, 2);
  std::vector<torch::Tensor> parts = {cells[0], cells[0] * cells[1], cells[0] * cells[2]};
  if (squares) parts.insert(parts.end(), {parts[1] * cells[1], parts[2] * cells[2]});
  return torch::cat(parts, 2);
}

// Computes from the sums over `steps` steps [T, 1, 1]: the rate of hits of each drum, the mean velocity and offset of its hits, and their
// root mean squares.
torch::Tensor means(const torch::Tensor& sums, const torch::Tensor& steps, std::int64_t drums) {
  const torch::Tensor hits = sums.narrow(2, 0, drums);
  const torch::Tensor counts = hits.clamp_min(1);
  std::vector<torch::Tensor> parts = {hits / steps.clamp_min(1)};
  for (std::int64_t at = drums; at < sums.size(2); at += drums) {
    const torch::Tensor mean = sums.narrow(2, at, drums) / counts;
    parts.push_back(at < 3 * drums ? mean : mean.sqrt());
  }
  return torch::cat(parts, 2);
}

}  // namespace

DecoderImpl::DecoderImpl(const ModelConfig& config) : config_(config), head_(&head_of(config)) {
  const std::vector<int> parts = output_parts(config);
  for (int p = 0; p < static_cast<int>(parts.size()); ++p) {
    const int depth = parts[static_cast<std::size_t>(p)];
    parts_.push_back(
        {.depth = depth,
         .stack = register_module("stack_" + std::to_string(p),
                                  LstmStack(decoder_layers(config, p), tensor_names::initial_state(config, p), embedding_width(config))),
         .output = register_module(tensor_names::output(config, p), Dense(output_layer_inputs(config, p), output_layer_width(config, p)))});
  }
  head_weights_ = head_->make_weights(config);
  if (head_weights_) register_module(tensor_names::decoder(config) + "/" + std::string(config.head->name()), head_weights_);
}

std::vector<std::vector<LstmState>> DecoderImpl::initial_states(const torch::Tensor& embedding) {
  std::vector<std::vector<LstmState>> states;
  for (Part& part : parts_) states.push_back(part.stack->initial_state(embedding));
  return states;
}

DecoderImpl::Result DecoderImpl::forward_parts(const Input& input, std::vector<std::vector<LstmState>>& states, const Pass& pass) {
  std::vector<torch::Tensor> logits;
  std::int64_t at = 0;
  DropoutSite site = input.dropout_site;
  site.layer = DropoutSite::kDecoder;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    Part& part = parts_[p];
    const torch::Tensor previous = parts_.size() == 1 ? input.previous : input.previous.narrow(2, at, part.depth);
    LstmInput step{.x = input.control.defined() ? torch::cat({previous, input.control}, 2) : previous,
                   .constant = input.embedding,
                   .constant_at = part.depth};
    torch::Tensor top = part.stack->run(step, states[p], site, pass);
    if (config_.decoder.skip) top = torch::cat({top, whole_input(step, {}, {})}, 2);
    logits.push_back(part.output(top));
    at += part.depth;
    site.layer += static_cast<int>(states[p].size());
  }
  return {.logits = parts_.size() == 1 ? logits.front() : torch::cat(logits, 2), .states = states.back()};
}

DecoderImpl::Result DecoderImpl::forward(const Input& input, const Pass& pass) {
  std::vector<std::vector<LstmState>> states = initial_states(input.embedding);
  return forward_parts(input, states, pass);
}

DecoderImpl::Input DecoderImpl::prepare_input(const torch::Tensor& made, const torch::Tensor& control) const {
  std::vector<torch::Tensor> seen;
  if (control.defined()) seen.push_back(control);
  for (const int back : config_.decoder.lookback) seen.push_back(steps_before(made, back));
  if (config_.decoder.running_mean) {
    const torch::Tensor steps = torch::arange(made.size(0), made.options()).view({-1, 1, 1});
    seen.push_back(means(steps_before(to_sum(made, config_.decoder.running_spread).cumsum(0), 1), steps, config_.output_depth() / 3));
  }
  return {.previous = steps_before(made, 1),
          .embedding = {},
          .control = seen.empty() ? torch::Tensor() : torch::cat(seen, 2),
          .dropout_site = {}};
}

void DecoderImpl::apply_scheduled_sampling(torch::Tensor& made, const Input& subsequence, const ScheduledSampling& sampling,
                                           const Pass& pass) {
  const torch::NoGradGuard no_grad;
  // One step at a time, so packing the weights would gain nothing. The dropout masks are the same as in the later pass over all steps.
  const Pass stepwise{pass.dropout, {.path = LstmPath::unfused, .precision = pass.lstm.precision}};
  std::vector<std::vector<LstmState>> states = initial_states(subsequence.embedding);
  const std::int64_t first = subsequence.dropout_site.first_step;
  const std::int64_t end = first + sampling.uniforms.size(0);
  const std::int64_t seen_until = lookback_width(config_) > 0 ? made.size(0) : end;  // except the last step, which no step takes as input
  torch::Tensor sums;
  if (config_.decoder.running_mean) sums = to_sum(made.narrow(0, 0, first), config_.decoder.running_spread).sum(0, true);
  for (std::int64_t t = first; t < std::min(end, seen_until - 1); ++t) {
    std::vector<torch::Tensor> seen;
    if (subsequence.control.defined()) seen.push_back(subsequence.control.narrow(0, t - first, 1));
    for (const int back : config_.decoder.lookback) seen.push_back(step_before(made, t, back));
    if (sums.defined()) {
      seen.push_back(means(sums, torch::full({1, 1, 1}, static_cast<double>(t), sums.options()), config_.output_depth() / 3));
    }
    const Input now{.previous = step_before(made, t, 1),
                    .embedding = subsequence.embedding,
                    .control = seen.empty() ? torch::Tensor() : torch::cat(seen, 2),
                    .dropout_site = {.first_step = t}};
    const torch::Tensor logits = forward_parts(now, states, stepwise).logits.squeeze(0);
    const torch::Tensor uniforms = sampling.uniforms[t - first];
    torch::Tensor own = head_->choose(config_, head_weights_.get(), logits, uniforms.narrow(1, 1, uniforms.size(1) - 1));
    if (!config_.training.sampling_feel) {
      const torch::Tensor both = (own * made[t]).narrow(1, 0, config_.output_depth() / 3) > 0.5;
      own = torch::where(both.repeat({1, 3}), made[t], own);
    }
    made[t] = torch::where(uniforms.narrow(1, 0, 1) < sampling.probability, own, made[t]);
    if (sums.defined()) sums += to_sum(made.narrow(0, t, 1), config_.decoder.running_spread);
  }
}

torch::Tensor DecoderImpl::cell_logits(const torch::Tensor& logits, const torch::Tensor& target) const {
  return head_weights_ ? head_weights_->cell_logits(logits, target) : logits;
}

}  // namespace musicvae::train

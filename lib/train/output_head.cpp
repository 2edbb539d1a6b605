#include "musicvae/train/output_head.hpp"

#include <vector>

#include "musicvae/engine/output_head.hpp"
#include "musicvae/model/tensor_specs.hpp"

namespace musicvae::train {

NadeImpl::NadeImpl(std::int64_t classes, std::int64_t hidden)
    : hidden_(hidden),
      encoder_(register_parameter("w_enc", torch::zeros({classes, 1, hidden}))),
      decoder_(register_parameter("w_dec_t", torch::zeros({classes, hidden, 1}))) {}

// Goes through the classes in order: next(i, logit [..., 1]) returns the value [..., 1] of class i, on which the later classes depend.
template <class Next>
void NadeImpl::run(const torch::Tensor& biases, Next next) const {
  torch::Tensor hidden = biases.narrow(-1, 0, hidden_);
  const std::vector<torch::Tensor> encoder = encoder_.unbind(0);
  const std::vector<torch::Tensor> decoder = decoder_.unbind(0);
  const auto classes = static_cast<std::int64_t>(encoder.size());
  for (std::int64_t i = 0; i < classes; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const torch::Tensor value = next(i, torch::matmul(torch::sigmoid(hidden), decoder[at]) + biases.narrow(-1, hidden_ + i, 1));
    if (i + 1 < classes) hidden = hidden + torch::matmul(value, encoder[at]);
  }
}

torch::Tensor NadeImpl::logits(const torch::Tensor& biases, const torch::Tensor& x) const {
  std::vector<torch::Tensor> result;
  run(biases, [&](std::int64_t i, torch::Tensor logit) {
    result.push_back(std::move(logit));
    return x.narrow(-1, i, 1);
  });
  return torch::cat(result, -1);
}

torch::Tensor NadeImpl::choose(const torch::Tensor& biases) const {
  std::vector<torch::Tensor> result;
  run(biases, [&](std::int64_t, const torch::Tensor& logit) { return result.emplace_back((logit >= 0).to(biases.scalar_type())); });
  return torch::cat(result, -1);
}

torch::Tensor feel_probability(const torch::Tensor& mixtures, const torch::Tensor& from, const torch::Tensor& to, double low) {
  const int components = static_cast<int>(mixtures.size(-1) / 3);
  const std::vector<torch::Tensor> said = mixtures.unsqueeze(-2).chunk(3, -1);
  torch::Tensor centres = torch::empty({components}, torch::TensorOptions().dtype(torch::kFloat32));
  for (int k = 0; k < components; ++k) centres[k] = engine::feel_centre(low, k, components);
  const torch::Tensor mean = said[1] + centres.to(mixtures.device());
  const torch::Tensor sharpness =
      torch::exp(-said[2].clamp(-engine::feel_most_log_scale, engine::feel_most_log_scale)) / engine::feel_scale(low, components);
  const torch::Tensor left = (from.unsqueeze(-1) - mean) * sharpness;
  const torch::Tensor right = (to.unsqueeze(-1) - mean) * sharpness;
  const torch::Tensor side = torch::where(left + right > 0, -1.0, 1.0);  // the side where the distribution function is small and keeps its
                                                                         // digits
  const torch::Tensor between = (torch::sigmoid(side * right) - torch::sigmoid(side * left)) * side;
  return (torch::softmax(said[0], -1) * between).sum(-1);
}

torch::Tensor feel_edges(const ModelConfig& config, double low, const torch::TensorOptions& options) {
  constexpr double far = 1e3;  // not infinity, whose gradient would be NaN
  torch::Tensor edges = low + torch::arange(config.feel_bins + 1, options) * ((1.0 - low) / config.feel_bins);
  edges[0] = -far;
  edges[config.feel_bins] = far;
  return edges;
}

std::int64_t choice_draws(const ModelConfig& config) {
  switch (config.head) {
    case OutputHead::groove:
      return config.output_depth / 3;
    case OutputHead::categorical:
      return static_cast<std::int64_t>(output_parts(config).size());
    case OutputHead::nade:
      return 0;
    case OutputHead::feel:
      return config.output_depth;
  }
  return 0;
}

namespace {

// Draws values from bins of [low, 1], uniformly within a bin: `p` [B, drums, bins] and `uniforms` [B, drums] -> [B, drums].
torch::Tensor draw_from_bins(const torch::Tensor& p, const torch::Tensor& uniforms, double low) {
  const torch::Tensor below = p.cumsum(2);
  const torch::Tensor bin = (below <= uniforms.unsqueeze(2)).sum(2, true).clamp_max(p.size(2) - 1);
  const torch::Tensor p_bin = p.gather(2, bin);
  const torch::Tensor within = ((uniforms.unsqueeze(2) - (below.gather(2, bin) - p_bin)) / p_bin).clamp(0.0, 1.0);
  return low + (bin + within).squeeze(2) * ((1.0 - low) / static_cast<double>(p.size(2)));
}

}  // namespace

torch::Tensor choose_output(const ModelConfig& config, const Nade& nade, const torch::Tensor& logits, const torch::Tensor& uniforms) {
  if (config.head == OutputHead::nade) return nade->choose(logits);
  if (config.head == OutputHead::groove) {
    const std::vector<torch::Tensor> said = logits.chunk(3, 1);
    const torch::Tensor hits = (torch::sigmoid(said[0]) > uniforms).to(logits.scalar_type());
    return torch::cat({hits, torch::sigmoid(said[1]), torch::tanh(said[2])}, 1);
  }
  if (config.head == OutputHead::feel) {
    const std::int64_t drums = config.output_depth / 3;
    const auto bins = [&](std::int64_t part, double low) {
      const std::int64_t width = drums * 3 * config.feel_components;
      const torch::Tensor edges = feel_edges(config, low, logits.options());
      return feel_probability(logits.narrow(1, drums + part * width, width).reshape({logits.size(0), drums, -1}),
                              edges.narrow(0, 0, config.feel_bins), edges.narrow(0, 1, config.feel_bins), low);
    };
    const torch::Tensor hits = (torch::sigmoid(logits.narrow(1, 0, drums)) > uniforms.narrow(1, 0, drums)).to(logits.scalar_type());
    return torch::cat({hits, hits * draw_from_bins(bins(0, 0.0), uniforms.narrow(1, drums, drums), 0.0),
                       hits * draw_from_bins(bins(1, -1.0), uniforms.narrow(1, 2 * drums, drums), -1.0)},
                      1);
  }
  std::vector<torch::Tensor> chosen;
  std::int64_t at = 0;
  for (const int width : output_parts(config)) {
    const torch::Tensor below = torch::softmax(logits.narrow(1, at, width), 1).cumsum(1);
    const torch::Tensor u = uniforms.narrow(1, static_cast<std::int64_t>(chosen.size()), 1);
    const torch::Tensor category = (below <= u).sum(1).clamp_max(width - 1);
    chosen.push_back(torch::one_hot(category, width).to(logits.scalar_type()));
    at += width;
  }
  return torch::cat(chosen, 1);
}

}  // namespace musicvae::train

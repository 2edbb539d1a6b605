#include "musicvae/train/encoder.hpp"

namespace musicvae::train {
namespace {

// x [T, B, width] at the steps index [T or 1, B].
torch::Tensor gather_steps(const torch::Tensor& x, const torch::Tensor& index) {
  return x.gather(0, index.unsqueeze(2).expand({index.size(0), index.size(1), x.size(2)}));
}

}  // namespace

torch::Tensor reverse_valid(const torch::Tensor& x, const torch::Tensor& lengths) {
  const torch::Tensor step = torch::arange(x.size(0), lengths.options()).unsqueeze(1);
  return gather_steps(x, torch::where(step < lengths, lengths - 1 - step, step));
}

EncoderImpl::EncoderImpl(const ModelConfig& config) {
  std::int64_t width = config.input_depth + config.control_depth;
  for (int i = 0; i < static_cast<int>(config.encoder_units.size()); ++i) {
    const int units = config.encoder_units[static_cast<std::size_t>(i)];
    levels_.push_back({.forward = register_module(tensor_names::encoder_cell(i, "fw"), LstmLayer(width, units)),
                       .backward = register_module(tensor_names::encoder_cell(i, "bw"), LstmLayer(width, units))});
    width = 2 * units;
  }
  mu_ = register_module(tensor_names::mu, Dense(width, config.latent));
  sigma_ = register_module(tensor_names::sigma, Dense(width, config.latent));
}

Posterior EncoderImpl::forward(const torch::Tensor& x, const torch::Tensor& lengths, const Pass& pass) {
  const auto reverse = [&](const torch::Tensor& y) { return lengths.defined() ? reverse_valid(y, lengths) : y.flip(0); };
  torch::Tensor input = x;
  torch::Tensor summary;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const bool top = i + 1 == levels_.size();
    const bool outputs = !top || lengths.defined();  // a whole window's last output is the last state
    const int site = 2 * static_cast<int>(i);
    // The backward direction's time runs from a window's last step to its first.
    const std::vector<LstmResult> results = run_lstm({levels_[i].forward->call({.x = input}, {.layer = site}, {}, outputs),
                                                      levels_[i].backward->call({.x = reverse(input)}, {.layer = site + 1}, {}, outputs)},
                                                     pass.dropout, pass.lstm);
    const auto last = [&](const LstmResult& result) {
      return lengths.defined() ? gather_steps(result.outputs, (lengths - 1).unsqueeze(0)).squeeze(0) : result.end.h;
    };
    if (top) {
      summary = torch::cat({last(results[0]), last(results[1])}, 1);
    } else {
      input = torch::cat({results[0].outputs, reverse(results[1].outputs)}, 2);
    }
  }
  return {.mu = mu_(summary), .sigma = torch::softplus(sigma_(summary))};
}

}  // namespace musicvae::train

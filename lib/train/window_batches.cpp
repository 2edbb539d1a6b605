#include "window_batches.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "musicvae/train/loss.hpp"

namespace musicvae::train {
namespace {

// Far along every schedule of beta: the weight of the KL term is max_beta.
constexpr std::int64_t kEndOfSchedule = std::numeric_limits<std::int64_t>::max();

// No windows yet; the parts that a head has, so that processes without a window have them, too.
LossTerms no_sums(const ModelConfig& config) {
  LossTerms sums;
  const torch::Tensor step = torch::zeros({1, 1, config.output_depth});
  for (const LossPart& part : reconstruction_parts(config.head, step, step)) sums.parts.emplace_back(part.name, 0.0);
  return sums;
}

// Adds a batch's sums over windows.
void accumulate(LossTerms& sums, const Loss& loss) {
  double reconstruction = 0.0;
  for (std::size_t i = 0; i < loss.parts.size(); ++i) {
    const double sum = loss.parts[i].steps.sum(torch::kFloat64).item<double>();
    sums.parts[i].second += sum;
    reconstruction += sum;
  }
  const double kl_cost = loss.kl_cost.sum(torch::kFloat64).item<double>();
  sums.kl += loss.kl.sum(torch::kFloat64).item<double>();
  sums.kl_cost += kl_cost;
  sums.loss += reconstruction + loss.beta * kl_cost;
}

}  // namespace

std::vector<double*> figures(LossTerms& terms) {
  std::vector<double*> result = {&terms.loss, &terms.kl, &terms.kl_cost};
  for (auto& [name, value] : terms.parts) result.push_back(&value);
  return result;
}

void write_window(const data::WindowSet& windows, std::size_t index, const BatchColumn& to) {
  const auto depth = static_cast<std::size_t>(windows.depth());
  const std::span<const float> window = windows.window(index);
  for (std::size_t t = 0; t * depth < window.size(); ++t) std::copy_n(window.data() + t * depth, depth, to.row(t, depth));
}

Batch make_batch(const data::WindowSet& windows, std::span<const std::size_t> indices, torch::Device device) {
  torch::Tensor x = torch::empty({windows.steps(), static_cast<std::int64_t>(indices.size()), windows.depth()});
  for (std::size_t b = 0; b < indices.size(); ++b) write_window(windows, indices[b], {x.data_ptr<float>(), indices.size(), b});
  x = x.to(device);
  return {.input = x, .target = x};
}

ValidationMetrics validate(MusicVae& model, const data::WindowSet& windows, std::span<const std::size_t> indices, int batch,
                           torch::Device device, const Ranks& ranks) {
  constexpr std::uint64_t noise_seed = 0x6D76616C;
  const auto start = std::chrono::steady_clock::now();
  const torch::NoGradGuard no_grad;
  const at::Generator generator = make_generator(device, noise_seed);
  ValidationMetrics result;
  result.mean = result.sampled = no_sums(model->config());
  const auto rank = static_cast<std::size_t>(ranks.rank());
  const auto world = static_cast<std::size_t>(ranks.world());
  const std::size_t at_once = static_cast<std::size_t>(batch) * world;
  for (std::size_t first = 0; first < indices.size(); first += at_once) {
    const auto all = indices.subspan(first, std::min(indices.size() - first, at_once));
    const torch::Tensor noise_of_all =
        torch::randn({static_cast<std::int64_t>(all.size()), model->config().latent}, generator, torch::TensorOptions().device(device));
    const std::size_t begin = all.size() * rank / world;
    const auto part = all.subspan(begin, all.size() * (rank + 1) / world - begin);
    if (part.empty()) continue;
    const Batch x = make_batch(windows, part, device);
    const Posterior posterior = model->encode(x.input);
    const torch::Tensor noise = noise_of_all.narrow(0, static_cast<std::int64_t>(begin), static_cast<std::int64_t>(part.size()));
    const auto add = [&](LossTerms& sums, const torch::Tensor& z) {
      accumulate(sums, compute_loss(model->config(), {model->decode(x.target, z), posterior, z}, x, kEndOfSchedule));
    };
    add(result.mean, posterior.mu);
    add(result.sampled, posterior.mu + posterior.sigma * noise);
  }
  std::vector<double*> sums = figures(result.mean);
  for (double* figure : figures(result.sampled)) sums.push_back(figure);
  for (double* figure : sums) *figure /= static_cast<double>(indices.size());
  ranks.add_up(sums);
  result.windows = static_cast<std::int64_t>(indices.size());
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

at::Generator make_generator(torch::Device device, std::uint64_t seed) {
  at::Generator generator = device.is_cpu()
                                ? at::detail::createCPUGenerator()
                                : at::globalContext().getAcceleratorHooksInterface(device.type()).getNewGenerator(device.index());
  generator.set_current_seed(seed);
  return generator;
}

}  // namespace musicvae::train

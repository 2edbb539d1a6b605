#include "window_batches.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "device.hpp"
#include "hidden_cells.hpp"
#include "musicvae/train/loss.hpp"

namespace musicvae::train {
namespace {

// A step at the end of every beta schedule, where the weight of the KL term is max_beta.
constexpr std::int64_t kEndOfSchedule = std::numeric_limits<std::int64_t>::max();

// Sums over no windows. They contain all parts of the head, so that a process without windows has them too.
LossTerms no_sums(const ModelConfig& config) {
  LossTerms sums;
  const Head& head = head_of(config);
  const torch::Tensor logits = torch::zeros({1, 1, head.loss_depth(config)});
  for (const LossPart& part : head.loss(config, logits, torch::zeros({1, 1, config.output_depth()})))
    sums.parts.emplace_back(part.name, 0.0);
  return sums;
}

// Adds the sums of a batch over its windows.
void accumulate(LossTerms& sums, const Loss& loss) {
  for (std::size_t i = 0; i < loss.parts.size(); ++i) sums.parts[i].second += loss.parts[i].steps.sum(torch::kFloat64).item<double>();
  const double kl_cost = loss.kl_cost.sum(torch::kFloat64).item<double>();
  sums.kl += loss.kl.sum(torch::kFloat64).item<double>();
  sums.kl_cost += kl_cost;
  sums.loss += loss.reconstruction.sum().item<double>() + loss.beta * kl_cost;
}

}  // namespace

std::vector<double*> figures(LossTerms& terms) {
  std::vector<double*> result = {&terms.loss, &terms.kl, &terms.kl_cost};
  for (auto& [name, value] : terms.parts) result.push_back(&value);
  return result;
}

BatchMemory::BatchMemory(const ModelConfig& config, std::int64_t n, const torch::TensorOptions& options) {
  const auto rows = [&](int depth) { return torch::empty({config.steps, n, depth}, options); };
  input = rows(config.input_depth());
  target = config.representation->target_is_input() ? input : rows(config.output_depth());
  if (config.control_depth() > 0) control = rows(config.control_depth());
}

WindowWriter::WindowWriter(ModelConfig config, data::WindowSet windows) : config_(std::move(config)), windows_(std::move(windows)) {}

void WindowWriter::write(std::size_t index, const Change& change, const BatchMemory& to, std::int64_t column) {
  const std::span<const float> window = windows_.window(index);
  window_.assign(window.begin(), window.end());
  const auto depth = static_cast<std::size_t>(windows_.depth());
  const auto steps = static_cast<std::size_t>(windows_.steps());
  const auto row_of = [&](std::size_t t) { return std::span(window_).subspan(t * depth, depth); };
  const Representation& representation = *config_.representation;
  if (change.augmentation.any()) {
    const auto played = WindowChange::draw(change.augmentation, change.seed, change.position);
    for (std::size_t t = 0; t < steps; ++t) played.apply(representation, row_of(t), static_cast<int>(t));
  }
  std::vector<std::uint8_t> hidden;
  if (representation.hides_cells(/*training=*/change.drop_notes))
    hidden = draw_hidden_cells(config_, window_, change.seed, change.position);
  const std::size_t cells = hidden.size() / steps;
  const auto place = [&](const torch::Tensor& tensor, std::size_t t) {
    const auto width = static_cast<std::size_t>(tensor.size(2));
    const std::size_t at = (t * static_cast<std::size_t>(tensor.size(1)) + static_cast<std::size_t>(column)) * width;
    return std::span(tensor.data_ptr<float>() + at, width);
  };
  for (std::size_t t = 0; t < steps; ++t) {
    const std::span<const std::uint8_t> unseen =
        hidden.empty() ? std::span<const std::uint8_t>() : std::span(hidden).subspan(t * cells, cells);
    representation.write_input(row_of(t), unseen, place(to.input, t));
    if (!to.target.is_same(to.input)) representation.write_target(config_.head->output(), row_of(t), place(to.target, t));
    if (to.control.defined()) representation.write_control(row_of(t), unseen, place(to.control, t));
  }
}

Batch make_batch(const ModelConfig& config, const data::WindowSet& windows, std::span<const std::size_t> indices, torch::Device device) {
  constexpr std::uint64_t seed = 0x6D766869;  // for the cells that the task hides; the same at every validation
  const BatchMemory memory(config, static_cast<std::int64_t>(indices.size()));
  WindowWriter writer(config, windows);
  for (std::size_t b = 0; b < indices.size(); ++b) {
    writer.write(indices[b], {.seed = seed, .position = indices[b], .drop_notes = false}, memory, static_cast<std::int64_t>(b));
  }
  const torch::Tensor input = memory.input.to(device);
  return {.input = input,
          .target = memory.target.is_same(memory.input) ? input : memory.target.to(device),
          .control = memory.control.defined() ? memory.control.to(device) : torch::Tensor()};
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
    const Batch x = make_batch(model->config(), windows, part, device);
    const Posterior posterior = model->encode(x.input, x.control);
    const torch::Tensor noise = noise_of_all.narrow(0, static_cast<std::int64_t>(begin), static_cast<std::int64_t>(part.size()));
    const auto add = [&](LossTerms& sums, const torch::Tensor& z) {
      accumulate(sums, compute_loss(model->config(), {model->decode(x.target, z, x.control), posterior, z}, x, kEndOfSchedule));
    };
    add(result.mean, posterior.mu);
    add(result.sampled, posterior.mu + posterior.sigma * noise);
  }
  std::vector<double*> sums = figures(result.mean);
  for (double* figure : figures(result.sampled)) sums.push_back(figure);
  for (double* figure : sums) *figure /= static_cast<double>(indices.size());
  ranks.all_reduce_sum(sums);
  result.windows = static_cast<std::int64_t>(indices.size());
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace musicvae::train

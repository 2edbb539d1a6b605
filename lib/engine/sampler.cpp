#include "musicvae/engine/sampler.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <thread>
#include <utility>

#include "musicvae/error.hpp"
#include "threads.hpp"

namespace musicvae {
void draw_prior(const MusicVae& model, std::uint64_t seed, std::uint64_t index, std::span<float> z) noexcept {
  model.sampling_prior().draw(seed, index, z);
}

Sampler::Sampler(MusicVae model) : model_(std::move(model)) {
  workers_.push_back({model_.decoder()});
}

std::vector<float> Sampler::prior(std::uint64_t seed, int n, std::uint64_t first) const {
  if (n < 1) throw ArgumentError("sample: n is " + std::to_string(n) + "; ask for 1 or more");
  const auto latent = static_cast<std::size_t>(model_.config().latent);
  std::vector<float> z(static_cast<std::size_t>(n) * latent);
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
    draw_prior(model_, seed, first + i, std::span(z).subspan(i * latent, latent));
  return z;
}

DecodedTensors Sampler::decode_tensors(std::span<const float> z, const DecodeOptions& options, const DecodeConditions& conditions) {
  return decode_rows(z, options, conditions, /*with_logits=*/true);
}

DecodedTensors Sampler::decode_rows(std::span<const float> z, const DecodeOptions& options, const DecodeConditions& conditions,
                                    bool with_logits) {
  const auto latent = static_cast<std::size_t>(model_.config().latent);
  const std::size_t n = MusicVae::rows_of(z, latent, "decode: z", "latent");
  DecodedTensors result;
  result.steps = steps_of(options);
  const float temperature = options.temperature.value_or(1.0F);
  const float feel = options.feel_temperature.value_or(temperature > 0.0F ? 1.0F : 0.0F);
  const auto steps = static_cast<std::size_t>(result.steps);
  const std::size_t window = steps * static_cast<std::size_t>(model_.config().output_depth());
  const std::size_t control = steps * static_cast<std::size_t>(model_.config().control_depth());
  check(conditions, n * control, n * window);
  const std::vector<float> nothing_to_fill(conditions.controls.empty() ? n * control : 0);
  const std::span<const float> controls = conditions.controls.empty() ? nothing_to_fill : conditions.controls;
  result.tensors.resize(n * window);
  if (with_logits) result.logits.resize(n * window);
  const std::size_t batch = std::min(n, MusicVae::kChunk);
  const std::size_t most = detail::thread_count(options.threads, "decode");
  while (workers_.size() < std::min(most, (n + batch - 1) / batch)) workers_.push_back({model_.decoder()});
  std::atomic<std::size_t> working = 0;
  detail::run_on_threads(n, batch, options.threads, "decode", {}, [&](auto next) {
    Worker& worker = workers_[working++];
    if (batch > worker.prepared) {
      worker.decoder.prepare(static_cast<int>(batch));
      worker.prepared = batch;
    }
    while (const std::optional<std::size_t> found = next()) {
      const std::size_t first = *found;
      const std::size_t count = std::min(batch, n - first);
      engine::KnownWindows known;
      if (!conditions.known_mask.empty()) {
        known = {conditions.known_cells.subspan(first * window, count * window),
                 conditions.known_mask.subspan(first * window, count * window)};
      }
      worker.decoder.decode(
          z.subspan(first * latent, count * latent), static_cast<int>(count), result.steps,
          {.temperature = temperature, .seed = options.seed, .first_sample = options.first + first, .feel_temperature = feel},
          controls.subspan(first * control, count * control), std::span(result.tensors).subspan(first * window, count * window),
          with_logits ? std::span(result.logits).subspan(first * window, count * window) : std::span<float>(), known);
    }
  });
  return result;
}

void Sampler::decode_parts(std::span<const float> z, const DecodeOptions& options, const DecodeConditions& conditions,
                           const std::function<void(std::span<const float> output, int steps)>& take) {
  constexpr std::size_t most = 64 * MusicVae::kChunk;
  const auto latent = static_cast<std::size_t>(model_.config().latent);
  const std::size_t n = MusicVae::rows_of(z, latent, "decode: z", "latent");
  const auto part_of = [&](std::span<const float> all, std::size_t first, std::size_t count) {
    return n <= most ? all : all.subspan(first * (all.size() / n), count * (all.size() / n));
  };
  for (std::size_t first = 0; first < n; first += most) {
    const std::size_t count = std::min(most, n - first);
    DecodeOptions part = options;
    part.first += first;
    const DecodedTensors decoded = decode_rows(z.subspan(first * latent, count * latent), part,
                                               {.controls = part_of(conditions.controls, first, count),
                                                .known_cells = part_of(conditions.known_cells, first, count),
                                                .known_mask = part_of(conditions.known_mask, first, count)},
                                               /*with_logits=*/false);
    const std::size_t window = decoded.tensors.size() / count;
    for (std::size_t i = 0; i < count; ++i) take(std::span(decoded.tensors).subspan(i * window, window), decoded.steps);
  }
}

void Sampler::check(const DecodeConditions& conditions, std::size_t controls, std::size_t cells) const {
  const ModelConfig& config = model_.config();
  if (conditions.controls.empty() && info(config.task()).needs_control) {
    throw ArgumentError("decode: config \"" + config.name + "\" makes grooves from z and their hits (task " +
                        std::string(name(config.task())) + "); use humanize, or give the hits as a control track");
  }
  if (conditions.controls.empty() && config.control_depth() > info(config.task()).marks) {
    throw ArgumentError("decode: the decoder of config \"" + config.name + "\" takes the input of its task as a control track; use " +
                        std::string(name(config.task())) + ", or give that control track");
  }
  if (!conditions.controls.empty()) MusicVae::expect(conditions.controls, controls, "decode: the control track");
  if (conditions.known_mask.empty() && conditions.known_cells.empty()) return;
  MusicVae::expect(conditions.known_mask, cells, "decode: the mask of known cells");
  MusicVae::expect(conditions.known_cells, cells, "decode: the known cells");
}

int Sampler::steps_of(const DecodeOptions& options) const {
  const auto check_temperature = [](const char* what, float temperature) {
    if (temperature >= 0.0F && std::isfinite(temperature)) return;
    throw ArgumentError(std::string("sample: ") + what + " " + std::to_string(temperature) + " is out of range; use 0 or more");
  };
  if (options.temperature) check_temperature("temperature", *options.temperature);
  if (options.feel_temperature) check_temperature("feel temperature", *options.feel_temperature);
  const ModelConfig& config = model_.config();
  if (!options.bars) return config.steps;
  const int most = std::max(1, config.steps / model_.grid().steps_per_bar());
  if (*options.bars < 1 || *options.bars > most) {
    throw ArgumentError("sample: " + std::to_string(*options.bars) + " bars; config \"" + config.name + "\" makes 1 to " +
                        std::to_string(most) + ", join several grooves with DrumSequence::concat for more");
  }
  return std::min(config.steps, *options.bars * model_.grid().steps_per_bar());
}

}  // namespace musicvae

#include "musicvae/engine/sampler.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "model/representations/chord_control.hpp"
#include "musicvae/error.hpp"
#include "threads.hpp"

namespace musicvae {
namespace {

void check_temperatures(const DecodeOptions& options) {
  const auto check = [](const char* what, const std::optional<float>& temperature) {
    if (!temperature || (*temperature >= 0.0F && std::isfinite(*temperature))) return;
    throw ArgumentError(std::string("sample: ") + what + " " + std::to_string(*temperature) + " is out of range; use 0 or more");
  };
  check("temperature", options.temperature);
  check("feel temperature", options.feel_temperature);
}

}  // namespace

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
  return decode_windows(z, options, conditions, /*with_logits=*/true);
}

DecodedTensors Sampler::decode_rows(std::span<const float> z, const DecodeOptions& options, const DecodeConditions& conditions) {
  return decode_windows(z, options, conditions, /*with_logits=*/false);
}

DecodedTensors Sampler::decode_windows(std::span<const float> z, const DecodeOptions& options, const DecodeConditions& conditions,
                                       bool with_logits) {
  const auto latent = static_cast<std::size_t>(model_.config().latent);
  const std::size_t n = MusicVae::rows_of(z, latent, "decode: z", "latent");
  check_temperatures(options);
  DecodedTensors result;
  result.steps = steps_of(options);
  const float temperature = options.temperature.value_or(1.0F);
  const float feel = options.feel_temperature.value_or(temperature > 0.0F ? 1.0F : 0.0F);
  const auto steps = static_cast<std::size_t>(result.steps);
  const std::size_t window = steps * static_cast<std::size_t>(model_.config().output_depth());
  const std::size_t control = steps * static_cast<std::size_t>(model_.config().control_depth());
  check(conditions, n * control, n * window);
  const bool own = options.chords.empty() && !conditions.controls.empty();
  const std::vector<float> shared = shared_control(options, result.steps);
  std::vector<float> repeated;
  for (std::size_t i = 0; i < n && !own; ++i) repeated.insert(repeated.end(), shared.begin(), shared.end());
  const std::span<const float> controls = own ? conditions.controls : repeated;
  result.tensors.resize(n * window);
  if (with_logits) result.logits.resize(n * window);
  // Two points at least, since a product of two rows takes hardly longer than that of one.
  const std::size_t most = detail::thread_count(options.threads, "decode");
  const std::size_t batch = std::clamp((n + most - 1) / most, std::min<std::size_t>(n, 2), MusicVae::kChunk);
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
                           const std::function<void(std::span<const float> output, std::span<const float> control, int steps)>& take) {
  constexpr std::size_t most = 64 * MusicVae::kChunk;
  const auto latent = static_cast<std::size_t>(model_.config().latent);
  const std::size_t n = MusicVae::rows_of(z, latent, "decode: z", "latent");
  const bool own = options.chords.empty() && !conditions.controls.empty();
  const std::vector<float> shared = shared_control(options, steps_of(options));
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
                                                .known_mask = part_of(conditions.known_mask, first, count)});
    const std::size_t window = decoded.tensors.size() / count;
    for (std::size_t i = 0; i < count; ++i) {
      const std::span<const float> control = own ? conditions.controls.subspan((first + i) * shared.size(), shared.size()) : shared;
      take(std::span(decoded.tensors).subspan(i * window, window), control, decoded.steps);
    }
  }
}

std::vector<float> Sampler::shared_control(const DecodeOptions& options, int steps) const {
  const ModelConfig& config = model_.config();
  const ChordSequence& chords = options.chords;
  if (!chords.empty()) detail::demand_chords(config);
  const int music_steps = config.representation->step_count(steps);
  if (!chords.empty() && chords.steps() != music_steps) {
    throw ArgumentError("chords: they last " + std::to_string(chords.steps()) + " steps, and a window " + std::to_string(music_steps) +
                        "; give chords for " + std::to_string(music_steps) + " steps, " + std::to_string(model_.grid().steps_per_bar()) +
                        " per bar");
  }
  // The place of a token in time is known only when it has been decoded.
  const bool one_for_all = music_steps != steps;
  if (one_for_all && std::adjacent_find(chords.classes().begin(), chords.classes().end(), std::not_equal_to()) != chords.classes().end()) {
    throw ArgumentError("chords: a window of config \"" + config.name + "\" is played on one chord; give one");
  }
  const auto depth = static_cast<std::size_t>(config.control_depth());
  std::vector<float> result(static_cast<std::size_t>(steps) * depth);
  for (int step = 0; step < steps && depth > 0; ++step) {
    const std::span<float> row = std::span(result).subspan(static_cast<std::size_t>(step) * depth, depth);
    if (chords.empty() || !config.representation->row_has_chord(step)) {
      (void)config.representation->write_free_control(row);
    } else {
      detail::write_chord(static_cast<float>(chords.at(one_for_all ? 0 : step).category()), row);
    }
  }
  return result;
}

void Sampler::check(const DecodeConditions& conditions, std::size_t controls, std::size_t cells) const {
  const ModelConfig& config = model_.config();
  if (conditions.controls.empty() && info(config.task()).needs_control) {
    throw ArgumentError("decode: config \"" + config.name + "\" makes grooves from z and their hits (task " +
                        std::string(name(config.task())) + "); use humanize, or give the hits as a control track");
  }
  std::vector<float> free(static_cast<std::size_t>(config.control_depth()));
  if (conditions.controls.empty() && !config.representation->write_free_control(free)) {
    throw ArgumentError("decode: the decoder of config \"" + config.name + "\" takes the input of its task as a control track; use " +
                        std::string(name(config.task())) + ", or give that control track");
  }
  if (!conditions.controls.empty()) MusicVae::expect(conditions.controls, controls, "decode: the control track");
  if (conditions.known_mask.empty() && conditions.known_cells.empty()) return;
  MusicVae::expect(conditions.known_mask, cells, "decode: the mask of known cells");
  MusicVae::expect(conditions.known_cells, cells, "decode: the known cells");
}

int Sampler::steps_of(const DecodeOptions& options) const {
  const ModelConfig& config = model_.config();
  if (!options.bars) return config.steps;
  const int window = config.window_steps();
  const int most = std::max(1, window / model_.grid().steps_per_bar());
  if (*options.bars < 1 || *options.bars > most) {
    throw ArgumentError("sample: " + std::to_string(*options.bars) + " bars are out of range for config \"" + config.name +
                        "\"; use 1 to " + std::to_string(most) + ", and join several grooves for more");
  }
  return config.representation->row_count(std::min(window, *options.bars * model_.grid().steps_per_bar()));
}

}  // namespace musicvae

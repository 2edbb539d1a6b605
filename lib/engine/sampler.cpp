#include "musicvae/engine/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "musicvae/engine/philox.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/enum_names.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/rounded.hpp"

namespace musicvae {
namespace {

/// Replaces `point` with means[k] + factor * point. k is the component that `which`, a number in [0, 1), selects by the cumulative shares.
/// Goes from the last row up, because row i needs the numbers 0 .. i of the point.
void to_learned_prior(const LatentPrior& prior, std::span<float> point, float which) noexcept {
  std::size_t k = 0;
  for (double below = prior.shares[0]; below <= static_cast<double>(which) && k + 1 < prior.shares.size();) {
    below += static_cast<double>(prior.shares[++k]);
  }
  const std::span<const float> mean = std::span(prior.means).subspan(k * point.size(), point.size());
  for (std::size_t i = point.size(); i-- > 0;) {
    double sum = mean[i];
    for (std::size_t j = 0; j <= i; ++j) {
      sum += rounded(static_cast<double>(prior.factor[i * point.size() + j]) * static_cast<double>(point[j]));
    }
    point[i] = static_cast<float>(sum);
  }
}

}  // namespace

void draw_prior(const MusicVae& model, std::uint64_t seed, std::uint64_t index, std::span<float> z) noexcept {
  const engine::RandomStream stream{seed, index, engine::Purpose::latent};
  stream.normals(0, z);
  if (model.prior().empty()) return;
  float which = 0.0F;
  stream.uniforms(1, {&which, 1});
  to_learned_prior(model.prior(), z, which);
}

Sampler::Sampler(MusicVae model) : model_(std::move(model)), decoder_(model_.decoder()) {}

std::vector<DrumSequence> Sampler::sample(const SampleOptions& options) {
  if (options.n < 1) throw ArgumentError("sample: n is " + std::to_string(options.n) + "; ask for 1 or more");
  return decode(prior(options.seed, options.n, options.first),
                {options.temperature, options.seed, options.bars, options.first, options.feel_temperature});
}

std::vector<float> Sampler::prior(std::uint64_t seed, int n, std::uint64_t first) const {
  const auto latent = static_cast<std::size_t>(model_.config().latent);
  std::vector<float> z(static_cast<std::size_t>(n) * latent);
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
    draw_prior(model_, seed, first + i, std::span(z).subspan(i * latent, latent));
  return z;
}

std::vector<DrumSequence> Sampler::decode(std::span<const float> z, const DecodeOptions& options, const DecodeConditions& conditions) {
  const DecodedTensors decoded = decode_tensors(z, options, conditions);
  const std::size_t window = static_cast<std::size_t>(decoded.steps) * static_cast<std::size_t>(model_.config().output_depth);
  std::vector<DrumSequence> grooves;
  grooves.reserve(decoded.tensors.size() / window);
  for (std::size_t at = 0; at < decoded.tensors.size(); at += window) {
    grooves.push_back(groove_of(model_.config(), std::span(decoded.tensors).subspan(at, window), decoded.steps, model_.grid()));
  }
  return grooves;
}

DecodedTensors Sampler::decode_tensors(std::span<const float> z, const DecodeOptions& options, const DecodeConditions& conditions) {
  const auto latent = static_cast<std::size_t>(model_.config().latent);
  const std::size_t n = MusicVae::rows_of(z, latent, "decode: z", "latent");
  DecodedTensors result;
  result.steps = steps_of(options);
  const float feel = options.feel_temperature.value_or(options.temperature > 0.0F ? 1.0F : 0.0F);
  const auto steps = static_cast<std::size_t>(result.steps);
  const std::size_t window = steps * static_cast<std::size_t>(model_.config().output_depth);
  const std::size_t control = steps * static_cast<std::size_t>(model_.config().control_depth);
  const std::size_t cells = steps * static_cast<std::size_t>(decoder_.weights().cell_depth);
  check(conditions, n * control, n * cells);
  const std::vector<float> nothing_to_fill(conditions.controls.empty() ? n * control : 0);
  const std::span<const float> controls = conditions.controls.empty() ? nothing_to_fill : conditions.controls;
  result.tensors.resize(n * window);
  result.logits.resize(n * window);
  const std::size_t batch = std::min(n, MusicVae::chunk);
  if (batch > prepared_) {
    decoder_.prepare(static_cast<int>(batch));
    prepared_ = batch;
  }
  for (std::size_t first = 0; first < n; first += batch) {
    const std::size_t count = std::min(batch, n - first);
    engine::KnownWindows known;
    if (!conditions.known_mask.empty()) {
      known = {conditions.known_cells.subspan(first * cells, count * cells), conditions.known_mask.subspan(first * cells, count * cells)};
    }
    decoder_.decode(z.subspan(first * latent, count * latent), static_cast<int>(count), result.steps,
                    {options.temperature, options.seed, options.first + first, feel}, controls.subspan(first * control, count * control),
                    std::span(result.tensors).subspan(first * window, count * window),
                    std::span(result.logits).subspan(first * window, count * window), known);
  }
  return result;
}

void Sampler::check(const DecodeConditions& conditions, std::size_t controls, std::size_t cells) const {
  const ModelConfig& config = model_.config();
  if (conditions.controls.empty() && config.task == Task::hits_control) {
    throw ArgumentError("decode: config \"" + config.name +
                        "\" makes grooves from z and their hits (task hits_control); use humanize, or " +
                        "give the hits as a control track");
  }
  if (conditions.controls.empty() && config.control_depth > marks_depth(config.task)) {
    throw ArgumentError("decode: the decoder of config \"" + config.name + "\" follows what is given to its task; use " +
                        name(config.task) + ", or give that as a control track");
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
  check_temperature("temperature", options.temperature);
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

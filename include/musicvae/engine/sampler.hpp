// Sampler: new grooves from a model: z from its prior, decoded on its own output.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/engine/decoder.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/engine/philox.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/config_json.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/rounded.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// How a latent point becomes a groove.
struct DecodeOptions {
  float temperature = 1.0F;      ///< 0: the likelier of hit and no hit; 1: as the model's probabilities say; above: wilder
  std::uint64_t seed = 0;        ///< decides the hits when the temperature is above 0
  std::optional<int> bars = {};  ///< 1 to those of the model's window, which is the default; fewer are the window's first bars
  std::uint64_t first = 0;       ///< index of the first groove, so that a long series can be made in parts
  /// Of velocities and offsets, where the model has a feel head: 0: their means; 1: drawn as the model's probabilities say; above: wilder.
  /// The default is 1, or 0 where the temperature of the hits is 0.
  std::optional<float> feel_temperature = {};

  /// The same for the groove of that index alone, all its bars.
  [[nodiscard]] DecodeOptions of_groove(std::uint64_t index) const { return {temperature, seed, {}, index, feel_temperature}; }
};

/// What to sample. One seed gives the same grooves on every platform; groove i is the same however many are asked for.
struct SampleOptions {
  int n = 1;
  float temperature = 1.0F;
  std::uint64_t seed = 0;
  std::optional<int> bars = {};
  std::uint64_t first = 0;  ///< index of the first groove, so that a long series can be made in parts
  std::optional<float> feel_temperature = {};
};

namespace detail {

/// means[k] + factor * point, where k is the component that the part `which` in [0, 1) of all shares falls to. From the last row up: row i
/// needs the numbers 0 .. i of the point.
inline void to_learned_prior(const LatentPrior& prior, std::span<float> point, float which) noexcept {
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

}  // namespace detail

/// The latent point `index` of a seed's series, from the model's prior (N(0, I) unless it learned one), into `z` [latent]. It depends on
/// (seed, index) alone and is the same bit for bit on every platform. Allocates nothing: the audio thread may call it.
inline void draw_prior(const MusicVae& model, std::uint64_t seed, std::uint64_t index, std::span<float> z) noexcept {
  const engine::RandomStream stream{seed, index, engine::Purpose::latent};
  stream.normals(0, z);
  if (model.prior().empty()) return;
  float which = 0.0F;
  stream.uniforms(1, {&which, 1});
  detail::to_learned_prior(model.prior(), z, which);
}

/// What a decoder made: rows as the model sees them, row-major [n, steps, output_depth].
struct DecodedTensors {
  int steps = 0;
  std::vector<float> tensors;  ///< groove: [hits 0/1 | velocities 0..1 | offsets -1..1]; categorical: one 1; nade: hits 0/1
  std::vector<float> logits;   ///< of nade: each cell's given those before it in its step
};

/// What decoding has to keep to, for all windows that are decoded; n is that of z. Spans: the caller keeps them alive.
struct DecodeConditions {
  std::span<const float> controls = {};     ///< [n, steps, control_depth]; empty: of a model of task infill, nothing is to be filled in
  std::span<const float> known_cells = {};  ///< [n, steps, cell_depth]: what known cells hold (engine::cell_depth)
  std::span<const float> known_mask = {};   ///< [n, steps, cell_depth]: which are known (above 0.5); empty: none
};

/// Samples from a model. Belongs to one thread at a time; make one for each thread, they share the weights.
class Sampler {
 public:
  explicit Sampler(MusicVae model) : model_(std::move(model)), decoder_(model_.decoder()) {}

  [[nodiscard]] const MusicVae& model() const noexcept { return model_; }

  /// `n` new grooves. Throws ArgumentError for n below 1, a negative or non-finite temperature, or bars outside the window.
  [[nodiscard]] std::vector<DrumSequence> sample(const SampleOptions& options) {
    if (options.n < 1) throw ArgumentError("sample: n is " + std::to_string(options.n) + "; ask for 1 or more");
    return decode(prior(options.seed, options.n, options.first),
                  {options.temperature, options.seed, options.bars, options.first, options.feel_temperature});
  }

  /// Latent points first .. first + n of a seed's series, [n, latent], as draw_prior makes each.
  [[nodiscard]] std::vector<float> prior(std::uint64_t seed, int n, std::uint64_t first = 0) const {
    const auto latent = static_cast<std::size_t>(model_.config().latent);
    std::vector<float> z(static_cast<std::size_t>(n) * latent);
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
      draw_prior(model_, seed, first + i, std::span(z).subspan(i * latent, latent));
    return z;
  }

  /// The grooves of latent points `z` [n, latent]. Throws ArgumentError as sample() does, for a wrong size, numbers that are not finite, and
  /// a model with a control track where `conditions` has none; ConfigError for a model that knows no drums (converter tensors).
  [[nodiscard]] std::vector<DrumSequence> decode(std::span<const float> z, const DecodeOptions& options,
                                                 const DecodeConditions& conditions = {}) {
    const DecodedTensors decoded = decode_tensors(z, options, conditions);
    const std::size_t window = static_cast<std::size_t>(decoded.steps) * static_cast<std::size_t>(model_.config().output_depth);
    std::vector<DrumSequence> grooves;
    grooves.reserve(decoded.tensors.size() / window);
    for (std::size_t at = 0; at < decoded.tensors.size(); at += window) {
      grooves.push_back(groove_of(model_.config(), std::span(decoded.tensors).subspan(at, window), decoded.steps, model_.grid()));
    }
    return grooves;
  }

  /// The same as rows and logits.
  [[nodiscard]] DecodedTensors decode_tensors(std::span<const float> z, const DecodeOptions& options,
                                              const DecodeConditions& conditions = {}) {
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

 private:
  void check(const DecodeConditions& conditions, std::size_t controls, std::size_t cells) const {
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

  [[nodiscard]] int steps_of(const DecodeOptions& options) const {
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

  MusicVae model_;
  engine::Decoder decoder_;
  std::size_t prepared_ = 0;
};

}  // namespace musicvae

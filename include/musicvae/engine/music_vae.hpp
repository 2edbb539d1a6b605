// MusicVae: a trained model ready to run, shared by all threads, without LibTorch.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "musicvae/engine/decoder.hpp"
#include "musicvae/engine/encoder.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/latent_prior.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/model/weights.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/sequence/drum_tensor.hpp"

namespace musicvae {

/// Where windows lie in the latent space: mean and standard deviation, [n, latent] row-major.
struct Latents {
  std::vector<float> mu;
  std::vector<float> sigma;
};

/// An immutable model. Copies share the packed weights and cost nothing; any number of threads may use one at a time.
/// The functions here check their arguments, allocate and may throw: for scripts and commands. An audio thread asks for an
/// encoder() or decoder() of its own, prepare()s it, and calls its noexcept functions.
class MusicVae {
 public:
  /// Throws ModelError naming the first tensor that does not fit, ConfigError for a config that cannot be, ArgumentError
  /// for instructions that this processor lacks. `source` names the weights in errors.
  MusicVae(const ModelConfig& config, const Weights& weights, DrumMap drum_map = DrumMap::roland(), const std::string& source = "weights",
           engine::Isa isa = engine::best_isa())
      : shared_(std::make_shared<const Shared>(Shared{checked(config, weights, source), std::move(drum_map), {}})),
        encoder_(std::make_shared<const engine::EncoderWeights>(config, weights, engine::kernels(isa))),
        decoder_(std::make_shared<const engine::DecoderWeights>(config, weights, engine::kernels(isa))) {}

  explicit MusicVae(const ModelFile& file) : MusicVae(file.config, file.weights, file.drum_map, "model \"" + file.config.name + "\"") {
    *this = with_prior(file.prior);
  }

  /// The same model, its weights shared, with another prior. Throws ModelError as check_prior does.
  [[nodiscard]] MusicVae with_prior(LatentPrior prior) const {
    check_prior(prior, config().latent, "model \"" + config().name + "\"");
    MusicVae result = *this;
    result.shared_ = std::make_shared<const Shared>(Shared{shared_->config, shared_->drum_map, std::move(prior)});
    return result;
  }

  /// Throws what ModelFile::read throws.
  [[nodiscard]] static MusicVae load(const std::filesystem::path& path) { return MusicVae(ModelFile::read(path)); }

  [[nodiscard]] const ModelConfig& config() const noexcept { return shared_->config; }
  [[nodiscard]] const DrumMap& drum_map() const noexcept { return shared_->drum_map; }
  /// What it samples from.
  [[nodiscard]] const LatentPrior& prior() const noexcept { return shared_->prior; }
  /// The time of the model's steps: its steps to a quarter, in 4/4.
  [[nodiscard]] Grid grid() const noexcept { return {.steps_per_quarter = config().steps_per_quarter}; }

  /// One thread's encoder and decoder; prepare() them.
  [[nodiscard]] engine::Encoder encoder() const { return engine::Encoder(encoder_); }
  [[nodiscard]] engine::Decoder decoder() const { return engine::Decoder(decoder_); }

  /// Encodes windows `x` [n, steps, input_depth + control_depth] (the control track after the input), n = what `x` holds. `lengths` [n]
  /// says how many steps of each count; empty: all. Throws ArgumentError for wrong sizes, lengths outside 1..steps (a hierarchical encoder
  /// takes whole windows only) and numbers that are not finite.
  [[nodiscard]] Latents encode(std::span<const float> x, std::span<const int> lengths = {}) const {
    const std::size_t window = size(config().steps) * size(config().input_depth + config().control_depth);
    const std::size_t n = rows_of(x, window, "encode: x", "steps x depth");
    if (!lengths.empty() && lengths.size() != n) {
      throw ArgumentError("encode: " + std::to_string(lengths.size()) + " lengths for " + std::to_string(n) +
                          " windows; give one for each");
    }
    for (int length : lengths) {
      const int least = config().encoder_levels.empty() ? 1 : config().steps;
      if (length < least || length > config().steps) {
        throw ArgumentError("encode: length " + std::to_string(length) + " is out of range; use " + std::to_string(least) + " to " +
                            std::to_string(config().steps));
      }
    }
    const std::size_t latent = size(config().latent);
    Latents result{std::vector<float>(n * latent), std::vector<float>(n * latent)};
    engine::Encoder encoder = this->encoder();
    encoder.prepare(static_cast<int>(std::min(n, chunk)), config().steps);
    for (std::size_t first = 0; first < n; first += chunk) {
      const std::size_t count = std::min(chunk, n - first);
      encoder.encode(x.subspan(first * window, count * window), lengths.empty() ? lengths : lengths.subspan(first, count),
                     static_cast<int>(count), config().steps, std::span(result.mu).subspan(first * latent, count * latent),
                     std::span(result.sigma).subspan(first * latent, count * latent));
    }
    return result;
  }

  /// Encodes one groove of up to the model's steps, as the model's task sees it. `hidden` [steps, 9] says which cells it shall not see (not
  /// 0; a control track of the task infill marks them); empty: none. A hierarchical encoder takes a short groove as one that ends in silence.
  /// Throws ArgumentError for a longer or empty one, one on another grid, or a wrong size of `hidden`, and ConfigError for a model that
  /// knows no drums (converter tensors).
  [[nodiscard]] Latents encode(const DrumSequence& groove, std::span<const std::uint8_t> hidden = {}) const {
    std::vector<float> x(size(config().steps) * size(config().input_depth + config().control_depth));
    const int length = write_groove(groove, hidden, x);
    return encode(x, std::span(&length, 1));
  }

  /// Encodes many grooves, each as above, and faster than one by one. Throws as above, and ArgumentError for none.
  [[nodiscard]] Latents encode(std::span<const DrumSequence> grooves) const {
    const std::size_t window = size(config().steps) * size(config().input_depth + config().control_depth);
    std::vector<float> x(grooves.size() * window);
    std::vector<int> lengths;
    for (std::size_t i = 0; i < grooves.size(); ++i)
      lengths.push_back(write_groove(grooves[i], {}, std::span(x).subspan(i * window, window)));
    return encode(x, lengths);
  }

  /// Throws ArgumentError unless the groove is on the model's grid and has 1 to the model's steps. `what` begins the message.
  void check_groove(const DrumSequence& groove, const std::string& what) const {
    if (groove.grid() != grid())
      throw ArgumentError(what + ": the groove's grid is not the model's (4/4, " + std::to_string(config().steps_per_quarter) +
                          " steps a quarter); quantise it to that grid");
    if (groove.steps() < 1 || groove.steps() > config().steps) {
      throw ArgumentError(what + ": the groove has " + std::to_string(groove.steps()) + " steps; slice it to 1 to " +
                          std::to_string(config().steps));
    }
  }

  /// Logits [n, steps, output_depth] of windows decoded from `z` [n, latent], each step after the true one before it in `targets`
  /// [n, steps, output_depth], with `controls` [n, steps, control_depth]. Throws ArgumentError for wrong sizes.
  [[nodiscard]] std::vector<float> decode_teacher_forced(std::span<const float> z, std::span<const float> targets,
                                                         std::span<const float> controls = {}) const {
    const std::size_t n = rows_of(z, size(config().latent), "decode: z", "latent");
    const std::size_t window = size(config().steps) * size(config().output_depth);
    const std::size_t control = size(config().steps) * size(config().control_depth);
    expect(targets, n * window, "decode: targets");
    expect(controls, n * control, "decode: controls");
    std::vector<float> logits(n * window);
    engine::Decoder decoder = this->decoder();
    decoder.prepare(static_cast<int>(std::min(n, chunk)));
    for (std::size_t first = 0; first < n; first += chunk) {
      const std::size_t count = std::min(chunk, n - first);
      decoder.decode_teacher_forced(z.subspan(first * size(config().latent), count * size(config().latent)), static_cast<int>(count),
                                    config().steps, targets.subspan(first * window, count * window),
                                    controls.subspan(first * control, count * control),
                                    std::span(logits).subspan(first * window, count * window));
    }
    return logits;
  }

  /// Sequences that are run through the model together: more keep no cache, fewer leave registers empty.
  static constexpr std::size_t chunk = 64;

  /// How many rows of `row` numbers `values` holds. Throws ArgumentError for none, a part of one, or a number that is not finite.
  [[nodiscard]] static std::size_t rows_of(std::span<const float> values, std::size_t row, const std::string& what,
                                           const std::string& unit) {
    if (values.empty() || values.size() % row != 0) {
      throw ArgumentError(what + " has " + std::to_string(values.size()) + " numbers; give a multiple of " + std::to_string(row) + " (" +
                          unit + ")");
    }
    expect(values, values.size(), what);
    return values.size() / row;
  }

  /// Throws ArgumentError unless there are `count` numbers, all finite.
  static void expect(std::span<const float> values, std::size_t count, const std::string& what) {
    if (values.size() != count) {
      throw ArgumentError(what + " has " + std::to_string(values.size()) + " numbers; give " + std::to_string(count));
    }
    const auto bad = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
    if (bad != values.end()) {
      throw ArgumentError(what + ": number " + std::to_string(bad - values.begin()) + " is not finite; check what made it");
    }
  }

 private:
  // The encoder's rows of a groove into `x`, zeros so far; returns how many steps count.
  [[nodiscard]] int write_groove(const DrumSequence& groove, std::span<const std::uint8_t> hidden, std::span<float> x) const {
    check_groove(groove, "encode");
    if (!hidden.empty() && hidden.size() != size(groove.steps()) * kDrums) {
      throw ArgumentError("encode: " + std::to_string(hidden.size()) + " hidden cells; give " + std::to_string(groove.steps()) +
                          " steps x 9");
    }
    const bool whole = !config().encoder_levels.empty();
    const int length = whole ? config().steps : groove.steps();
    DrumSequence seen = whole ? groove.concat(DrumSequence(length - groove.steps(), groove.grid())) : groove;
    std::vector<std::uint8_t> cells(hidden.begin(), hidden.end());
    if (!cells.empty()) cells.resize(size(length) * kDrums, 0);
    if (config().converter != Converter::groove) {
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i] != 0) seen.erase(static_cast<int>(i) / kDrums, static_cast<Drum>(i % kDrums));
      }
    }
    const std::vector<float> rows = window_rows(config(), seen);
    write_encoder_rows(config(), rows, rows.size() / size(length), cells, x);
    return length;
  }

  struct Shared {
    ModelConfig config;
    DrumMap drum_map;
    LatentPrior prior;
  };

  static std::size_t size(int count) { return static_cast<std::size_t>(count); }

  static const ModelConfig& checked(const ModelConfig& config, const Weights& weights, const std::string& source) {
    config.validate();
    check_weights(weights, config, source);
    return config;
  }

  std::shared_ptr<const Shared> shared_;
  std::shared_ptr<const engine::EncoderWeights> encoder_;
  std::shared_ptr<const engine::DecoderWeights> decoder_;
};

}  // namespace musicvae

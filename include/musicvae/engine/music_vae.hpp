// MusicVae: a trained model ready to run, shared by all threads, without LibTorch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/decoder.hpp"
#include "musicvae/engine/encoder.hpp"
#include "musicvae/engine/kernels.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/latent_prior.hpp"
#include "musicvae/model/weights.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

struct ModelFile;

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
           engine::Isa isa = engine::best_isa());

  explicit MusicVae(const ModelFile& file);

  /// The same model, its weights shared, with another prior. Throws ModelError as check_prior does.
  [[nodiscard]] MusicVae with_prior(LatentPrior prior) const;

  /// Throws what ModelFile::read throws.
  [[nodiscard]] static MusicVae load(const std::filesystem::path& path);

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
  [[nodiscard]] Latents encode(std::span<const float> x, std::span<const int> lengths = {}) const;

  /// Encodes one groove of up to the model's steps, as the model's task sees it. `hidden` [steps, 9] says which cells it shall not see (not
  /// 0; a control track of the task infill marks them); empty: none. A hierarchical encoder takes a short groove as one that ends in silence.
  /// Throws ArgumentError for a longer or empty one, one on another grid, or a wrong size of `hidden`, and ConfigError for a model that
  /// knows no drums (converter tensors).
  [[nodiscard]] Latents encode(const DrumSequence& groove, std::span<const std::uint8_t> hidden = {}) const;

  /// Encodes many grooves, each as above, and faster than one by one. Throws as above, and ArgumentError for none.
  [[nodiscard]] Latents encode(std::span<const DrumSequence> grooves) const;

  /// Throws ArgumentError unless the groove is on the model's grid and has 1 to the model's steps. `what` begins the message.
  void check_groove(const DrumSequence& groove, const std::string& what) const;

  /// Logits [n, steps, output_depth] of windows decoded from `z` [n, latent], each step after the true one before it in `targets`
  /// [n, steps, output_depth], with `controls` [n, steps, control_depth]. Throws ArgumentError for wrong sizes.
  [[nodiscard]] std::vector<float> decode_teacher_forced(std::span<const float> z, std::span<const float> targets,
                                                         std::span<const float> controls = {}) const;

  /// Sequences that are run through the model together: more keep no cache, fewer leave registers empty.
  static constexpr std::size_t chunk = 64;

  /// How many rows of `row` numbers `values` holds. Throws ArgumentError for none, a part of one, or a number that is not finite.
  [[nodiscard]] static std::size_t rows_of(std::span<const float> values, std::size_t row, const std::string& what,
                                           const std::string& unit);

  /// Throws ArgumentError unless there are `count` numbers, all finite.
  static void expect(std::span<const float> values, std::size_t count, const std::string& what);

 private:
  // The encoder's rows of a groove into `x`, zeros so far; returns how many steps count.
  [[nodiscard]] int write_groove(const DrumSequence& groove, std::span<const std::uint8_t> hidden, std::span<float> x) const;

  struct Shared {
    ModelConfig config;
    DrumMap drum_map;
    LatentPrior prior;
  };

  std::shared_ptr<const Shared> shared_;
  std::shared_ptr<const engine::EncoderWeights> encoder_;
  std::shared_ptr<const engine::DecoderWeights> decoder_;
};

}  // namespace musicvae

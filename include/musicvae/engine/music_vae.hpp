// MusicVae: a trained model ready to run, shared by all threads, without LibTorch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/decoder.hpp"
#include "musicvae/engine/encoder.hpp"
#include "musicvae/engine/prior.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/latent_prior.hpp"
#include "musicvae/model/weights.hpp"
#include "musicvae/numerics/kernels.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/drum_sequence.hpp"
#include "musicvae/threads.hpp"

namespace musicvae {

struct ModelFile;

/// The latent distributions of windows: mean and standard deviation, [n, latent] row-major.
struct Latents {
  std::vector<float> mu;
  std::vector<float> sigma;
};

/// How to encode many windows.
struct EncodeOptions {
  Precision precision = Precision::fp32;  ///< of the products in the LSTMs; see engine::Encoder
  Threads threads{};
  /// Called on the calling thread with the number of windows done and the total; in the last call both are equal. An exception from it
  /// stops the work.
  std::function<void(std::size_t done, std::size_t windows)> progress{};
};

/// An immutable model. Copies share the packed weights and are cheap. Any number of threads may use a model at the same time. The functions
/// here check their arguments, allocate and may throw: they are for scripts and commands. An audio thread uses an encoder() or decoder() of
/// its own: call prepare() on it, and then its noexcept functions.
class MusicVae {
 public:
  /// Throws a ModelError that names the first tensor that does not fit, a ConfigError for an invalid config, or an ArgumentError for
  /// instructions that this processor lacks. `source` names the weights in errors. `lacks` names the encoder's tensors that a partial model
  /// lacks (check_weights).
  MusicVae(const ModelConfig& config, const Weights& weights, DrumMap drum_map = DrumMap::roland(), const std::string& source = "weights",
           numerics::Isa isa = numerics::best_isa(), const std::vector<std::string>& lacks = {});

  explicit MusicVae(const ModelFile& file);

  /// The same model with another prior; it shares the weights. Throws ModelError as check_prior does.
  [[nodiscard]] MusicVae with_prior(LatentPrior prior) const;

  /// Reads a model file. Throws as ModelFile::read does.
  [[nodiscard]] static MusicVae load(const std::filesystem::path& path);

  [[nodiscard]] const ModelConfig& config() const noexcept { return shared_->config; }
  [[nodiscard]] const DrumMap& drum_map() const noexcept { return shared_->drum_map; }
  /// The distribution that z is sampled from.
  [[nodiscard]] const LatentPrior& prior() const noexcept { return shared_->prior.parameters(); }
  /// The same, ready to sample from.
  [[nodiscard]] const engine::Prior& sampling_prior() const noexcept { return shared_->prior; }
  /// The grid of the model's steps: its steps per quarter, in 4/4.
  [[nodiscard]] Grid grid() const noexcept { return {.steps_per_quarter = config().steps_per_quarter}; }

  /// An encoder for one thread. Call prepare() before use. Throws a ModelError that names the missing tensors of a partial model; so does
  /// every function that encodes.
  [[nodiscard]] engine::Encoder encoder(Precision precision = Precision::fp32) const;
  /// A decoder for one thread. Call prepare() before use.
  [[nodiscard]] engine::Decoder decoder() const { return engine::Decoder(decoder_); }

  /// Encodes windows `x` [n, steps, input_depth + control_depth] (the control track after the input); n follows from the size of `x`.
  /// `lengths` [n] has the number of steps of each window that count; empty: all. Throws ArgumentError for wrong sizes, lengths outside
  /// 1..steps (a hierarchical encoder accepts whole windows only) and numbers that are not finite.
  [[nodiscard]] Latents encode(std::span<const float> x, std::span<const int> lengths = {}, Precision precision = Precision::fp32) const;

  /// Encodes one groove, or another kind of music that the model is for, of up to the model's steps, with the input of the model's task.
  /// `hidden` [steps, cells] marks the cells that the encoder must not see (not 0; with the task infill they are also marked in the control
  /// track); empty: none. For a hierarchical encoder, a short value is extended with silence. Throws ArgumentError for a value that is
  /// longer, empty or on another grid, or for a wrong size of `hidden`, and ConfigError if the model is for another kind of music.
  template <MusicValue Value>
  [[nodiscard]] Latents encode(const Value& value, std::span<const std::uint8_t> hidden = {}, Precision precision = Precision::fp32) const {
    std::vector<float> x(window_size());
    const int length = write_window(value, hidden, x);
    return encode(x, std::span(&length, 1), precision);
  }

  /// Encodes many values, each as above, faster than one by one. Throws as above, and ArgumentError for none.
  template <std::ranges::contiguous_range Values>
  requires MusicValue<std::ranges::range_value_t<Values>>
  [[nodiscard]] Latents encode(const Values& values, const EncodeOptions& options = {}) const {
    return encode_each(
        at_least_one(std::ranges::size(values)), [&](std::size_t i, std::span<float> x) { return write_window(values[i], {}, x); },
        options);
  }

  /// Encodes n windows. `write(index, x)` writes the rows of a window to `x` [steps, input_depth + control_depth], which has only zeros
  /// before, and returns how many steps count. Any thread may call it. Only a few windows are in memory at once. Throws as the first
  /// function does, and what `write` and `progress` throw.
  [[nodiscard]] Latents encode_each(std::size_t n, const std::function<int(std::size_t index, std::span<float> x)>& write,
                                    const EncodeOptions& options = {}) const;

  /// Writes the encoder's input of a value to `x` [steps, input_depth + control_depth], which has only zeros before, as encode() does with
  /// one value. Returns how many steps count.
  template <MusicValue Value>
  [[nodiscard]] int write_window(const Value& value, std::span<const std::uint8_t> hidden, std::span<float> x) const {
    const RepresentationOf<Value>& representation = representation_of<Value>(config());
    check_encoded(value.grid(), value.steps(), hidden.size());
    const bool whole = !config().encoder.levels.empty();
    const int steps = whole ? config().window_steps() : value.steps();
    std::vector<float> rows = representation.rows(value);
    const std::size_t depth = rows.size() / static_cast<std::size_t>(representation.row_count(value.steps()));
    std::vector<std::uint8_t> cells(hidden.begin(), hidden.end());
    if (steps > value.steps()) {
      rows = representation.rows(value.concat(Value(steps - value.steps(), value.grid())));
      if (!cells.empty()) cells.resize(static_cast<std::size_t>(steps) * static_cast<std::size_t>(representation.cells()));
    }
    write_encoder_rows(config(), rows, depth, cells, x);
    return representation.row_count(steps);
  }

  /// Throws ArgumentError unless a groove with this grid and this number of steps is on the model's grid and has at least one step and at
  /// most the model's steps. `what` begins the message.
  void check_window(const Grid& grid, int steps, const std::string& what) const;

  /// Decodes windows from `z` [n, latent] with teacher forcing: each step follows the true step before it in `targets` [n, steps,
  /// output_depth], with `controls` [n, steps, control_depth]. Returns the logits [n, steps, output_depth]. Throws ArgumentError for wrong
  /// sizes and numbers that are not finite.
  [[nodiscard]] std::vector<float> decode_teacher_forced(std::span<const float> z, std::span<const float> targets,
                                                         std::span<const float> controls = {}) const;

  /// The number of sequences that are decoded together. More do not fit into the cache, and fewer leave registers unused.
  static constexpr std::size_t kChunk = 64;
  /// The most windows that are encoded together: the weights, which do not fit into the cache, are read once for all of them.
  static constexpr std::size_t kEncoderChunk = 128;

  /// The number of rows of `row` numbers in `values`. Throws ArgumentError for no rows, an incomplete row, or a number that is not finite.
  [[nodiscard]] static std::size_t rows_of(std::span<const float> values, std::size_t row, const std::string& what,
                                           const std::string& unit);

  /// Throws ArgumentError unless there are `count` numbers, all finite.
  static void expect(std::span<const float> values, std::size_t count, const std::string& what);

 private:
  // Throws ArgumentError for 0 windows.
  [[nodiscard]] static std::size_t at_least_one(std::size_t windows);

  // The numbers of one window of the encoder's input.
  [[nodiscard]] std::size_t window_size() const noexcept;

  // Checks a window, and how many of its cells are hidden.
  void check_encoded(const Grid& grid, int steps, std::size_t hidden) const;

  struct Shared {
    ModelConfig config;
    DrumMap drum_map;
    engine::Prior prior;
  };

  std::shared_ptr<const Shared> shared_;
  // The encoder's weights, packed when they are first used: a program that only samples does not need them.
  struct LazyEncoder;

  std::shared_ptr<LazyEncoder> encoder_;
  std::shared_ptr<const engine::DecoderWeights> decoder_;
};

}  // namespace musicvae

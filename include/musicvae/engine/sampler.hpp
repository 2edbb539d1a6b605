// Sampler: new grooves from a model. It samples z from the model's prior and decodes it autoregressively.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "musicvae/engine/decoder.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/sequence/chord_sequence.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// How a latent point is decoded to a groove, or to another kind of music.
struct DecodeOptions {
  /// 0: the likelier of hit and no hit; 1: the model's probabilities; above 1: more random. The default is that of the function: 1 where
  /// something new is made (sample, decode, infill, continue_groove, tap_to_drums), otherwise 0.
  std::optional<float> temperature = {};
  std::uint64_t seed = 0;        ///< determines the hits, and what a feel head draws, when their temperatures are above 0
  std::optional<int> bars = {};  ///< 1 to the bars of the model's window, which is the default; fewer are the window's first bars
  std::uint64_t first = 0;       ///< index of the first groove, so that a long series can be made in parts
  /// The temperature of velocities and offsets, if the model has a feel head. 0: their means; 1: the model's probabilities; above 1: more
  /// random. The default is 1, or 0 if the temperature of the hits is 0.
  std::optional<float> feel_temperature = {};
  /// The threads that decode several points, at least two each.
  Threads threads{};
  /// The chords that every window is played on, for a model with chords: one per step of the window, or of its first `bars`. They replace
  /// those of the music that is encoded. Empty: the music's own chords, or "N.C.". A bar of tracks is played on one chord.
  ChordSequence chords = {};

  /// The same options with a temperature, if they have none.
  [[nodiscard]] DecodeOptions with_default_temperature(float temperature_if_unset) const {
    DecodeOptions result = *this;
    if (!result.temperature) result.temperature = temperature_if_unset;
    return result;
  }

  /// The same options for the groove of that index alone, with all its bars.
  [[nodiscard]] DecodeOptions of_groove(std::uint64_t index) const {
    return {.temperature = temperature,
            .seed = seed,
            .first = index,
            .feel_temperature = feel_temperature,
            .threads = threads,
            .chords = chords};
  }
};

/// What to sample. One seed gives the same grooves on every platform. Groove i is the same however many grooves are sampled.
struct SampleOptions {
  int n = 1;
  DecodeOptions decode{};  ///< its seed and `first` also select the points of the prior
};

/// Writes point `index` of a seed's series of latent points, from the model's prior (N(0, I) unless the model learned one), to `z`
/// [latent]. It depends on (seed, index) alone and is the same, bit for bit, on every platform. Allocates nothing, so the audio thread may
/// call it.
void draw_prior(const MusicVae& model, std::uint64_t seed, std::uint64_t index, std::span<float> z) noexcept;

/// The output of a decoder: rows in the model's format, row-major [n, steps, output_depth].
struct DecodedTensors {
  int steps = 0;
  std::vector<float> tensors;  ///< groove: [hits 0/1 | velocities 0..1 | offsets -1..1]; categorical: one 1; nade: hits 0/1
  std::vector<float> logits;   ///< nade: each cell's logit is given the cells before it in its step
};

/// Conditions that decoding keeps to, for all windows that are decoded. n is the number of points in z. The members are spans: the caller
/// keeps their data alive.
struct DecodeConditions {
  /// [n, steps, control_depth]; empty: nothing is asked for, so a model of task infill fills in no cell
  std::span<const float> controls = {};
  std::span<const float> known_cells = {};  ///< [n, steps, output_depth]: the values of the known cells (KnownCells)
  std::span<const float> known_mask = {};   ///< [n, steps, output_depth]: marks the known cells (above 0.5); empty: none
};

/// Samples from a model. Belongs to one thread at a time; make one for each thread. Samplers share the weights.
class Sampler {
 public:
  explicit Sampler(MusicVae model);

  [[nodiscard]] const MusicVae& model() const noexcept { return model_; }

  /// `n` new values of the kind of music that the model is for: grooves, unless another kind is named, as in sample<Melody>(...). Throws
  /// ArgumentError for n below 1, a negative or non-finite temperature, bars outside the window, chords of another length, or chords for a
  /// model without them, and ConfigError as decode() does.
  template <MusicValue Value = DrumSequence>
  [[nodiscard]] std::vector<Value> sample(const SampleOptions& options) {
    return decode<Value>(prior(options.decode.seed, options.n, options.decode.first), options.decode);
  }

  /// Latent points first .. first + n of a seed's series, [n, latent], each as from draw_prior.
  [[nodiscard]] std::vector<float> prior(std::uint64_t seed, int n, std::uint64_t first = 0) const;

  /// Decodes latent points `z` [n, latent] to grooves, or to another kind of music, as in decode<Melody>(...). Throws ArgumentError as
  /// sample() does, and for a wrong size, numbers that are not finite, and a model that needs a control track when `conditions` has none.
  /// Throws ConfigError if the model is for another kind of music.
  template <MusicValue Value = DrumSequence>
  [[nodiscard]] std::vector<Value> decode(std::span<const float> z, const DecodeOptions& options, const DecodeConditions& conditions = {}) {
    const ModelConfig& config = model_.config();
    const RepresentationOf<Value>& representation = representation_of<Value>(config);
    std::vector<Value> values;
    decode_parts(z, options, conditions, [&](std::span<const float> output, std::span<const float> control, int steps) {
      Value value = representation.value(config.head->output(), output, steps, model_.grid());
      values.push_back(representation.with_control(std::move(value), output, control));
    });
    return values;
  }

  /// The same, as rows and logits.
  [[nodiscard]] DecodedTensors decode_tensors(std::span<const float> z, const DecodeOptions& options,
                                              const DecodeConditions& conditions = {});

  /// The same rows without logits: with some heads, the logits cost more than the choice of the step.
  [[nodiscard]] DecodedTensors decode_rows(std::span<const float> z, const DecodeOptions& options, const DecodeConditions& conditions = {});

 private:
  // Decodes the points in parts, so that the rows of a million of them need not fit into memory, and calls `take` with the output and the
  // control track of each.
  void decode_parts(std::span<const float> z, const DecodeOptions& options, const DecodeConditions& conditions,
                    const std::function<void(std::span<const float> output, std::span<const float> control, int steps)>& take);

  DecodedTensors decode_windows(std::span<const float> z, const DecodeOptions& options, const DecodeConditions& conditions,
                                bool with_logits);

  void check(const DecodeConditions& conditions, std::size_t controls, std::size_t cells) const;

  // The control track of a window of `steps` steps that has none of its own: the chords of the options, or one that asks for nothing.
  // Throws ArgumentError for chords that do not fit.
  [[nodiscard]] std::vector<float> shared_control(const DecodeOptions& options, int steps) const;

  [[nodiscard]] int steps_of(const DecodeOptions& options) const;

  MusicVae model_;
  // One per thread that has decoded so far, and the batch that it is prepared for.
  struct Worker {
    engine::Decoder decoder;
    std::size_t prepared = 0;
  };
  std::vector<Worker> workers_;
};

}  // namespace musicvae

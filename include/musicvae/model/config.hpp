// ModelConfig: a model as data: representation + encoder + optional conductor + decoder + head, and its training recipe.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "musicvae/enum_names.hpp"
#include "musicvae/model/head.hpp"
#include "musicvae/model/heads/groove.hpp"
#include "musicvae/model/immutable.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/model/representations/groove.hpp"

namespace musicvae {

/// How the share p(step) of scheduled sampling grows (Bengio et al. 2015, section 2.4). r is TrainingConfig::sampling_rate.
enum class SamplingSchedule {
  constant,         ///< p = r, 0 <= r <= 1; 0 is teacher forcing
  exponential,      ///< p = 1 - r^step, 0 < r < 1
  inverse_sigmoid,  ///< p = 1 - r / (r + exp(step / r)), r >= 1
};
/// The names of the schedules in JSON.
template <>
struct EnumNames<SamplingSchedule> {
  static constexpr std::string_view what = "sampling schedule";
  static constexpr std::array<std::string_view, 3> names{"constant", "exponential", "inverse_sigmoid"};
};

/// The bidirectional LSTM that turns a window into mu and sigma.
struct EncoderConfig {
  std::vector<int> units{512};  ///< units of each layer
  bool residual = false;        ///< each layer adds its input, projected to its width, to its output
  std::vector<int> levels{};    ///< of a hierarchical encoder: steps per segment, segments of the next level, ...; empty: flat
  friend bool operator==(const EncoderConfig&, const EncoderConfig&) = default;
};

/// The LSTM that turns z, or an embedding of the conductor, into steps.
struct DecoderConfig {
  std::vector<int> units{256, 256};  ///< units of each layer
  bool residual = false;             ///< as in the encoder, and in the conductor too; upper layers project only where widths differ
  std::vector<int> parts{};          ///< below a conductor: widths of the output's parts, each with its own decoder; empty: one decoder
  std::vector<int> lookback{};       ///< which of its earlier steps the decoder also takes as input, in steps back (2 or more)
  bool running_mean = false;         ///< it also takes as input how often it has hit each drum so far, and how loud and late on average
  bool running_spread = false;       ///< and the root mean square of loudness and lateness, which shows how much both vary
  bool skip = false;                 ///< its output layer also takes all inputs of the decoder (a skip connection around the LSTM layers)
  friend bool operator==(const DecoderConfig&, const DecoderConfig&) = default;
};

/// The upper LSTM, which turns z into one embedding per subsequence (Roberts et al. 2018, section 3.3).
struct ConductorConfig {
  std::vector<int> units;       ///< units of each LSTM layer
  int segments = 4;             ///< number of subsequences; must divide steps
  bool autoregressive = false;  ///< the conductor's next step takes as input the decoder's state at the end of a subsequence
  friend bool operator==(const ConductorConfig&, const ConductorConfig&) = default;
};

/// How a model is trained. The defaults are those of Magenta's groovae_4bar.
struct TrainingConfig {
  int batch = 512;
  double learning_rate = 1e-3;
  double decay_rate = 0.9999;  ///< lr = (learning_rate - min_learning_rate) * decay_rate^step + min_learning_rate
  double min_learning_rate = 1e-5;
  double grad_clip = 1.0;          ///< clip by global norm
  double grad_norm_to_zero = 1e4;  ///< at this global norm or above, the gradients are zeroed
  double max_beta = 0.2;           ///< weight of the KL term
  double beta_rate = 0.0;          ///< beta = (1 - beta_rate^step) * max_beta, with 0^0 = 1
  double free_bits = 48.0;         ///< KL that adds nothing to the loss, in bits, over all of z
  double dropout_keep = 0.3;       ///< share of the LSTM cells' inputs that dropout keeps in training
  SamplingSchedule sampling_schedule = SamplingSchedule::constant;
  double sampling_rate = 0.0;  ///< r of the schedule; a constant 0 is teacher forcing
  bool sampling_feel = true;   ///< true: the decoder takes its own steps as they are; false: with the true velocity and offset of true hits
  bool feel_on_hits = false;   ///< errors of velocity and offset count on hits only, as they always do with the feel head
  double feel_weight = 1.0;    ///< weight of the loss terms of velocity and offset
  friend bool operator==(const TrainingConfig&, const TrainingConfig&) = default;
};

/// The config of a whole model. A regular value; call validate() before use.
struct ModelConfig {
  std::string name;
  int steps = 64;  ///< steps of a window, which are its rows (window_steps() has the steps of its music)
  int steps_per_quarter = 4;
  Immutable<Representation> representation = GrooveRepresentation();  ///< what kind of music, and the task
  EncoderConfig encoder{};
  int latent = 256;  ///< width of z
  std::optional<ConductorConfig> conductor{};
  DecoderConfig decoder{};
  Immutable<Head> head = GrooveHead();
  TrainingConfig training{};
  friend bool operator==(const ModelConfig&, const ModelConfig&) = default;

  /// The width of the encoder's input.
  [[nodiscard]] int input_depth() const { return representation->input_depth(); }
  /// The width of the decoder's output, and of the previous step in its input.
  [[nodiscard]] int output_depth() const { return representation->output_depth(head->output()); }
  /// The width of the control track that encoder and decoder also take, after their input.
  [[nodiscard]] int control_depth() const { return representation->control_depth(); }
  [[nodiscard]] Task task() const { return representation->task(); }
  /// The number of steps of music in a window, which is the number of its rows unless the music becomes tokens.
  [[nodiscard]] int window_steps() const { return representation->step_count(steps); }

  /// Throws a ConfigError that names the first invalid field and its allowed values.
  void validate() const;
};

/// The representation of a config's music as the kind `Value`. Throws a ConfigError if the model represents something else.
template <class Value>
[[nodiscard]] const RepresentationOf<Value>& representation_of(const ModelConfig& config) {
  if (const auto* found = dynamic_cast<const RepresentationOf<Value>*>(&*config.representation)) return *found;
  throw ConfigError("config \"" + config.name + "\": its model is for " + std::string(config.representation->music()) + ", not " +
                    std::string(Value::kPlural) + "; use a model for " + std::string(Value::kPlural));
}

/// A whole window as the encoder's input: `rows` [steps, depth] with a depth that the representation accepts -> `x` [steps, input_depth +
/// control_depth], the control track after the input. `hidden` [steps, cells] marks what the encoder must not see; empty: nothing.
void write_encoder_rows(const ModelConfig& config, std::span<const float> rows, std::size_t depth, std::span<const std::uint8_t> hidden,
                        std::span<float> x);

/// The control track of a window of `rows` [steps of the window, depth], [steps of the model, control_depth], with zeros beyond the window;
/// empty if the model has no control track. `hidden` [steps of the window, cells] marks the cells to fill in; empty: none.
[[nodiscard]] std::vector<float> control_rows(const ModelConfig& config, std::span<const float> rows, std::size_t depth,
                                              std::span<const std::uint8_t> hidden = {});

/// The same for a value, such as a groove.
template <MusicValue Value>
[[nodiscard]] std::vector<float> control_rows(const ModelConfig& config, const Value& window, std::span<const std::uint8_t> hidden = {}) {
  if (config.control_depth() == 0) return {};
  const std::vector<float> rows = representation_of<Value>(config).rows(window);
  return control_rows(config, rows, rows.size() / static_cast<std::size_t>(config.representation->row_count(window.steps())), hidden);
}

/// Sum of layer widths.
[[nodiscard]] int total(const std::vector<int>& units);

/// The kind and width of one step of the encoder's input: "groove 27", "hits 10", "humanize 27", "infill 27 + control 9".
[[nodiscard]] std::string input_text(const ModelConfig& config);

}  // namespace musicvae

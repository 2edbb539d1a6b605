// ModelConfig: a model as data = converter + encoder + optional conductor + decoder + output head, with its training recipe.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace musicvae {

/// What the decoder's last layer means.
enum class OutputHead {
  groove,       ///< [hits x9 sigmoid | velocities x9 sigmoid | offsets x9 tanh] (Gillick et al. 2019, section 3.3)
  categorical,  ///< softmax over the output depth (Roberts et al. 2018, section 3.2)
  nade,         ///< hits one after the other, each given those before (Larochelle and Murray 2011; Roberts et al. 2018, section 4.1)
  feel,         ///< ours: hits as in groove; velocity and offset of each are drawn from a distribution over bins, where groove says a mean
};

/// How drums become the rows of a window, and back (model/representation.hpp).
enum class Converter {
  groove,   ///< [hits x9 | velocities x9 | offsets x9] in and out (Gillick et al. 2019, section 3.2)
  drums,    ///< in: a hit for each class and one for none of them; out: one of all combinations (categorical), or the hits (nade)
  tensors,  ///< rows that the library cannot make of drums: melodies, trios, a user's own
};

/// What a groove model's encoder sees of a window whose groove its decoder shall say (Gillick et al. 2019, section 3.4).
enum class Task {
  reconstruct,       ///< all of it
  humanize,          ///< the hits, without velocities and offsets
  tap,               ///< of each step the loudest drum's hit and offset, as a tap on one drum without velocity
  add_closed_hihat,  ///< all but the closed hi-hat
  hits_control,      ///< all of it; encoder and decoder also see the hits, as a control track
  infill,            ///< all but some cells, which the control track marks
};

/// How the share of scheduled sampling grows (Bengio et al. 2015, section 2.4): p(step), of TrainingConfig::sampling_rate = r.
enum class SamplingSchedule {
  constant,         ///< p = r, 0 <= r <= 1; 0 is teacher forcing
  exponential,      ///< p = 1 - r^step, 0 < r < 1
  inverse_sigmoid,  ///< p = 1 - r / (r + exp(step / r)), r >= 1
};

/// The upper LSTM that turns z into one embedding a subsequence (Roberts et al. 2018, section 3.3).
struct ConductorConfig {
  std::vector<int> units;       ///< one LSTM layer each
  int segments = 4;             ///< subsequences; steps must divide by it
  bool autoregressive = false;  ///< the decoder's last state of a subsequence feeds the next step of the conductor
  friend bool operator==(const ConductorConfig&, const ConductorConfig&) = default;
};

/// How a model is trained. Defaults are those of Magenta's groovae_4bar.
struct TrainingConfig {
  int batch = 512;
  double learning_rate = 1e-3;
  double decay_rate = 0.9999;  ///< lr = (learning_rate - min_learning_rate) * decay_rate^step + min_learning_rate
  double min_learning_rate = 1e-5;
  double grad_clip = 1.0;          ///< clip by global norm
  double grad_norm_to_zero = 1e4;  ///< at this global norm or above the gradients are zeroed
  double max_beta = 0.2;           ///< weight of the KL term
  double beta_rate = 0.0;          ///< beta = (1 - beta_rate^step) * max_beta, with 0^0 = 1
  double free_bits = 48.0;         ///< KL that costs nothing, in bits, over all of z
  double dropout_keep = 0.3;       ///< share of cell inputs that dropout keeps while training
  SamplingSchedule sampling_schedule = SamplingSchedule::constant;
  double sampling_rate = 0.0;  ///< of the schedule; with a constant 0 the decoder is always fed the truth
  bool sampling_feel = true;   ///< of its own steps the decoder is fed all; false: the true velocity and offset where its hit is a true one
  bool feel_on_hits = false;   ///< errors of velocity and offset count on hits only; the feel head knows no others
  double feel_weight = 1.0;    ///< weight of the terms of velocity and offset
  friend bool operator==(const TrainingConfig&, const TrainingConfig&) = default;
};

/// A whole model. A regular value; validate() before use.
struct ModelConfig {
  std::string name;
  int steps = 64;  ///< steps of a window
  int steps_per_quarter = 4;
  int input_depth = 27;   ///< width of the encoder's input
  int output_depth = 27;  ///< width of the decoder's output and of its fed-back input
  int control_depth = 0;  ///< width of the control track that encoder and decoder also see, after their input; see marks_depth()
  std::vector<int> encoder_units{512};       ///< one bidirectional LSTM layer each
  std::vector<int> decoder_units{256, 256};  ///< one LSTM layer each
  bool residual_encoder = false;             ///< each layer adds its input to its output, projected to its width where that differs
  bool residual_decoder = false;             ///< the same in the decoder and the conductor
  int latent = 256;                          ///< width of z
  std::optional<ConductorConfig> conductor{};
  OutputHead head = OutputHead::groove;
  TrainingConfig training{};
  Converter converter = Converter::groove;
  Task task = Task::reconstruct;
  double note_dropout = 0.0;          ///< in training the encoder misses hits, soft ones more often; the share is drawn from 0 to this
  std::vector<int> encoder_levels{};  ///< a hierarchical encoder: steps of a segment, segments of the next level, ...; empty: flat
  std::vector<int> output_parts{};    ///< below a conductor: widths of parts of the output that have a decoder each; empty: one decoder
  int nade_hidden = 0;                ///< hidden units of the nade head
  int feel_bins = 0;                  ///< of the feel head: equally wide bins of a velocity, 0..1, and of an offset, -1..1
  int feel_components = 0;            ///< of the feel head: logistic distributions that a velocity's and an offset's are mixed of
  std::vector<int> lookback{};        ///< how many steps back the decoder also sees what it made then, besides the step before
  bool running_mean = false;          ///< it also sees how often it has hit each drum so far, and how loud and late on average
  bool running_spread = false;        ///< and how loud and late by the root of the mean square, so how much both vary
  bool skip = false;                  ///< its output layer sees all that the decoder is fed, too (a skip connection around the LSTM layers)
  friend bool operator==(const ModelConfig&, const ModelConfig&) = default;

  /// Throws ConfigError naming the first field that cannot be, and what is allowed.
  void validate() const;

 private:
  void validate_converter() const;
};

/// Sum of layer widths.
[[nodiscard]] int total(const std::vector<int>& units);

/// Width of a groove task's own control track: the hits (hits_control), or which cells are to be filled in (infill). A model whose
/// control track is input_depth wider has after it, at each step, what the encoder sees of that step, so that its decoder follows it.
[[nodiscard]] inline int marks_depth(Task task) {
  return task == Task::hits_control || task == Task::infill ? 9 : 0;
}

/// What a step of the encoder's input is, with its width: "groove 27", "hits 10", "humanize 27", "infill 27 + control 9".
[[nodiscard]] std::string input_text(const ModelConfig& config);

}  // namespace musicvae

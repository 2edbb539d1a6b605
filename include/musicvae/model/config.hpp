// ModelConfig: a model as data: converter + encoder + optional conductor + decoder + output head, and its training recipe.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace musicvae {

/// What the outputs of the decoder's last layer mean.
enum class OutputHead {
  groove,       ///< [hits x9 sigmoid | velocities x9 sigmoid | offsets x9 tanh] (Gillick et al. 2019, section 3.3)
  categorical,  ///< softmax over the output depth (Roberts et al. 2018, section 3.2)
  nade,         ///< hits one after the other, each given the hits before it (Larochelle and Murray 2011; Roberts et al. 2018, section 4.1)
  feel,         ///< ours: hits as in groove; predicts a distribution over bins for velocity and offset, where groove predicts a mean
};

/// How drums become the rows of a window, and back (model/representation.hpp).
enum class Converter {
  groove,   ///< [hits x9 | velocities x9 | offsets x9] in and out (Gillick et al. 2019, section 3.2)
  drums,    ///< in: a column per class and one for no hit; out: one of all combinations (categorical), or the hits (nade)
  tensors,  ///< rows that the library cannot make from drums: melodies, trios, a user's own
};

/// Which part of a window the encoder of a groove model sees. The decoder predicts the whole window (Gillick et al. 2019, section 3.4).
enum class Task {
  reconstruct,       ///< all of it
  humanize,          ///< the hits, without velocities and offsets
  tap,               ///< per step, the hit and offset of the loudest drum, as a tap on one drum without velocity
  add_closed_hihat,  ///< all but the closed hi-hat
  hits_control,      ///< all of it; encoder and decoder also see the hits, as a control track
  infill,            ///< all but some cells, which the control track marks
};

/// How the share p(step) of scheduled sampling grows (Bengio et al. 2015, section 2.4). r is TrainingConfig::sampling_rate.
enum class SamplingSchedule {
  constant,         ///< p = r, 0 <= r <= 1; 0 is teacher forcing
  exponential,      ///< p = 1 - r^step, 0 < r < 1
  inverse_sigmoid,  ///< p = 1 - r / (r + exp(step / r)), r >= 1
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
  int steps = 64;  ///< steps of a window
  int steps_per_quarter = 4;
  int input_depth = 27;   ///< width of the encoder's input
  int output_depth = 27;  ///< width of the decoder's output, and of the previous step in its input
  int control_depth = 0;  ///< width of the control track that encoder and decoder also take, after their input; see marks_depth()
  std::vector<int> encoder_units{512};       ///< units of each bidirectional LSTM layer
  std::vector<int> decoder_units{256, 256};  ///< units of each LSTM layer
  bool residual_encoder = false;             ///< each layer adds its input, projected to its width, to its output
  bool residual_decoder = false;             ///< the same in the decoder and the conductor; upper layers project only where widths differ
  int latent = 256;                          ///< width of z
  std::optional<ConductorConfig> conductor{};
  OutputHead head = OutputHead::groove;
  TrainingConfig training{};
  Converter converter = Converter::groove;
  Task task = Task::reconstruct;
  double note_dropout = 0.0;          ///< training hides hits from the encoder, soft ones more often; the share is drawn from 0 to this
  std::vector<int> encoder_levels{};  ///< of a hierarchical encoder: steps per segment, segments of the next level, ...; empty: flat
  std::vector<int> output_parts{};    ///< below a conductor: widths of the output's parts, each with its own decoder; empty: one decoder
  int nade_hidden = 0;                ///< hidden units of the nade head
  int feel_bins = 0;                  ///< of the feel head: number of equally wide bins of a velocity, 0..1, and of an offset, -1..1
  int feel_components = 0;            ///< of the feel head: number of logistic distributions in the mixture of a velocity or an offset
  std::vector<int> lookback{};        ///< which of its earlier steps the decoder also takes as input, in steps back (2 or more)
  bool running_mean = false;          ///< it also takes as input how often it has hit each drum so far, and how loud and late on average
  bool running_spread = false;        ///< and the root mean square of loudness and lateness, which shows how much both vary
  bool skip = false;                  ///< its output layer also takes all inputs of the decoder (a skip connection around the LSTM layers)
  friend bool operator==(const ModelConfig&, const ModelConfig&) = default;

  /// Throws a ConfigError that names the first invalid field and its allowed values.
  void validate() const;

 private:
  void validate_converter() const;
};

/// Sum of layer widths.
[[nodiscard]] int total(const std::vector<int>& units);

/// Width of the marks in the control track of a groove task: the hits (hits_control), or the cells to fill in (infill). If a model's
/// control track is input_depth wider, the encoder's input of each step follows the marks, so that the decoder can follow that input.
[[nodiscard]] inline int marks_depth(Task task) {
  return task == Task::hits_control || task == Task::infill ? 9 : 0;
}

/// The kind and width of one step of the encoder's input: "groove 27", "hits 10", "humanize 27", "infill 27 + control 9".
[[nodiscard]] std::string input_text(const ModelConfig& config);

}  // namespace musicvae

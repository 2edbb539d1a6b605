// ModelConfig: a model as data = converter + encoder + optional conductor + decoder + output head, with its training recipe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "musicvae/error.hpp"

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
[[nodiscard]] inline int total(const std::vector<int>& units) {
  return std::reduce(units.begin(), units.end(), 0);
}

/// Width of a groove task's own control track: the hits (hits_control), or which cells are to be filled in (infill). A model whose
/// control track is input_depth wider has after it, at each step, what the encoder sees of that step, so that its decoder follows it.
[[nodiscard]] inline int marks_depth(Task task) {
  return task == Task::hits_control || task == Task::infill ? 9 : 0;
}

inline void ModelConfig::validate() const {
  const auto demand = [this](bool ok, const char* what) {
    if (!ok) throw ConfigError("config \"" + name + "\": " + what);
  };
  const auto positive = [](const std::vector<int>& units) {
    for (int u : units) {
      if (u < 1 || u > 16384) return false;
    }
    return !units.empty() && units.size() <= 16;
  };
  demand(steps >= 1 && steps <= 65536, "steps is out of range; use 1 to 65536");
  demand(steps_per_quarter >= 1 && steps_per_quarter <= 64, "steps_per_quarter is out of range; use 1 to 64");
  demand(input_depth >= 1 && input_depth <= 16384, "input_depth is out of range; use 1 to 16384");
  demand(output_depth >= 1 && output_depth <= 16384, "output_depth is out of range; use 1 to 16384");
  demand(control_depth >= 0 && control_depth <= 16384, "control_depth is out of range; use 0 to 16384");
  demand(latent >= 1 && latent <= 16384, "latent is out of range; use 1 to 16384");
  demand(positive(encoder_units), "encoder_units is wrong; use 1 to 16 layers of 1 to 16384 units");
  demand(positive(decoder_units), "decoder_units is wrong; use 1 to 16 layers of 1 to 16384 units");
  demand((head != OutputHead::groove && head != OutputHead::feel) || output_depth % 3 == 0,
         "output_depth must be three equal parts (hits, velocities, offsets) for the groove and feel heads");
  demand(head == OutputHead::nade ? nade_hidden >= 1 && nade_hidden <= 16384 : nade_hidden == 0,
         "nade_hidden is wrong; use 1 to 16384 for the nade head, 0 for others");
  demand(head == OutputHead::feel ? feel_bins >= 2 && feel_bins <= 256 : feel_bins == 0,
         "feel_bins is wrong; use 2 to 256 for the feel head, 0 for others");
  demand(head == OutputHead::feel ? feel_components >= 1 && feel_components <= 16 : feel_components == 0,
         "feel_components is wrong; use 1 to 16 for the feel head, 0 for others");
  if (conductor) {
    demand(positive(conductor->units), "conductor.units is wrong; use 1 to 16 layers of 1 to 16384 units");
    demand(conductor->segments >= 1 && steps % conductor->segments == 0, "conductor.segments must divide steps");
  }
  if (!encoder_levels.empty()) {
    demand(positive(encoder_levels) &&
               std::reduce(encoder_levels.begin(), encoder_levels.end(), std::int64_t{1}, std::multiplies<>()) == steps,
           "encoder_levels is wrong; its product must be steps");
  }
  if (!output_parts.empty()) {
    demand(conductor && !conductor->autoregressive, "output_parts need a conductor without autoregression");
    demand(head == OutputHead::categorical, "output_parts need the categorical head");
    demand(positive(output_parts) && total(output_parts) == output_depth, "output_parts is wrong; its sum must be output_depth");
  }
  demand(lookback.size() <= 16 && std::all_of(lookback.begin(), lookback.end(), [&](int back) { return back >= 2 && back < steps; }),
         "lookback is wrong; use up to 16 numbers of steps, from 2 to below those of the window");
  demand(!running_spread || running_mean, "running_spread needs running_mean; set that to true");
  demand(!running_mean || head == OutputHead::groove || head == OutputHead::feel, "running_mean is for the groove and feel heads");
  validate_converter();
  demand(training.batch >= 1 && training.batch <= 1 << 20, "training.batch is out of range; use 1 to 1048576");
  demand(training.learning_rate > 0 && training.min_learning_rate >= 0, "training.learning_rate must be above 0");
  demand(training.dropout_keep > 0 && training.dropout_keep <= 1, "training.dropout_keep is out of range; use above 0 to 1");
  demand(training.feel_weight >= 0 && training.feel_weight <= 1000, "training.feel_weight is out of range; use 0 to 1000");
  demand(training.sampling_feel || head == OutputHead::groove || head == OutputHead::feel,
         "training.sampling_feel may be false only for the groove and feel heads");
  const double rate = training.sampling_rate;
  switch (training.sampling_schedule) {
    case SamplingSchedule::constant:
      demand(rate >= 0 && rate <= 1, "training.sampling_rate is out of range; use 0 to 1 for the constant schedule");
      break;
    case SamplingSchedule::exponential:
      demand(rate > 0 && rate < 1, "training.sampling_rate is out of range; use above 0 to below 1 for the exponential schedule");
      break;
    case SamplingSchedule::inverse_sigmoid:
      demand(rate >= 1 && rate <= 1e9, "training.sampling_rate is out of range; use 1 to 1e9 for the inverse_sigmoid schedule");
      break;
  }
}

inline void ModelConfig::validate_converter() const {
  const auto demand = [this](bool ok, const char* what) {
    if (!ok) throw ConfigError("config \"" + name + "\": " + what);
  };
  demand(converter == Converter::groove || task == Task::reconstruct, "task must be reconstruct for another converter than groove");
  demand(note_dropout >= 0 && note_dropout <= 1, "note_dropout is out of range; use 0 to 1");
  demand(note_dropout == 0 || task == Task::tap || task == Task::humanize || task == Task::add_closed_hihat,
         "note_dropout is for the tasks tap, humanize and add_closed_hihat; set it to 0");
  if (converter == Converter::groove) {
    const int marks = marks_depth(task);
    const bool may_follow = task != Task::reconstruct && task != Task::hits_control;
    demand(head == OutputHead::groove || head == OutputHead::feel, "head must be groove or feel for the groove converter");
    demand(input_depth == 27 && output_depth == 27, "input_depth and output_depth must be 27 for the groove converter");
    demand(control_depth == marks || (may_follow && control_depth == marks + input_depth),
           "control_depth must be 9 for the tasks hits_control and infill, 0 for others, or 27 more where the decoder follows what the "
           "encoder sees (humanize, tap, add_closed_hihat, infill)");
  } else if (converter == Converter::drums) {
    demand(control_depth == 0, "control_depth must be 0 for the drums converter");
    if (head == OutputHead::categorical) {
      demand(input_depth == 10 && output_depth == 512,
             "input_depth must be 10 and output_depth 512 (9 drum classes) for the drums converter and the categorical head");
    } else {
      demand(head == OutputHead::nade, "head must be categorical or nade for the drums converter");
      demand((output_depth == 9 || output_depth == 61) && input_depth == output_depth + 1,
             "output_depth must be 9 or 61 (drum classes) and input_depth one more for the drums converter and the nade head");
    }
  }
}

}  // namespace musicvae

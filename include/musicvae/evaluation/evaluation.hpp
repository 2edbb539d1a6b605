// Evaluates a model of grooves: how well it reconstructs unseen grooves, how similar its samples are to real grooves, what lies between two
// grooves, and how well it performs its task. Each measure is reported next to the values of an ideal and of a simple model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "musicvae/data/split.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/distribution.hpp"
#include "musicvae/model/attribute.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae::evaluation {

/// What to evaluate. The same values give the same report, whatever the number of threads.
struct Options {
  data::Split split = data::Split::test;    ///< the windows to evaluate on; the windows of the split train serve as knowledge of the style
  int samples = 1000;                       ///< number of windows to sample from the prior
  float temperature = 1.0F;                 ///< for the samples
  std::optional<float> feel_temperature{};  ///< for the feel of the samples, as DecodeOptions::feel_temperature
  int pairs = 100;                          ///< pairs of windows to interpolate between; 0: none
  Attributes attributes{};                  ///< attributes from the model's file, which are evaluated too
  std::uint64_t seed = 0;
  Threads threads{};
  Precision precision = Precision::fp32;  ///< of the encoder
  /// Called on the calling thread with the current stage ("reconstruction", ...) and its progress. An exception from it stops the work.
  std::function<void(const std::string& what, std::size_t done, std::size_t all)> progress{};
};

/// Predicted hits compared with true hits, counted in cells. Plain accuracy is not informative: silence reaches 88 %.
struct HitScores {
  std::int64_t true_positives = 0;         ///< predicted, and there
  std::int64_t false_positives = 0;        ///< predicted, but not there
  std::int64_t false_negatives = 0;        ///< there, but not predicted
  [[nodiscard]] double precision() const;  ///< TP / (TP + FP); 0 if nothing was predicted
  [[nodiscard]] double recall() const;     ///< TP / (TP + FN); 0 if there are no true hits
  [[nodiscard]] double f1() const;         ///< 2 TP / (2 TP + FP + FN); 0 if there is nothing to count
};

/// Errors of velocity and timing, over the true hits.
struct FeelErrors {
  double velocity_mae = 0.0;  ///< 0..1
  double velocity_mse = 0.0;
  double timing_mae_ms = 0.0;  ///< at the tempo of the window's file
  double timing_mse = 0.0;     ///< in squared steps
};

/// Reconstruction of a set of windows from one kind of z.
struct Reconstruction {
  double hits_nll = 0.0;        ///< -log p(hits | z), nats per window
  double velocity_error = 0.0;  ///< squared error of velocities, summed over a window (the loss of the groove head); for a feel head, over
                                ///< hits only
  double offset_error = 0.0;    ///< the same for offsets
  double elbo = 0.0;            ///< -(hits_nll + velocity_error + offset_error + KL): the training loss with beta 1 and no free bits
  HitScores teacher_forced;     ///< each step follows the true previous step; takes the more likely of hit and no hit
  HitScores free_running;       ///< each step follows the model's own previous step, at temperature 0
  FeelErrors feel;              ///< teacher-forced; zeros for a model without velocities
};

/// Reconstruction of windows that the model never saw.
struct ReconstructionReport {
  std::size_t windows = 0;
  double kl = 0.0;                ///< KL(q(z | x) || N(0, I)), nats per window
  int active_units = 0;           ///< latent units whose mu has a variance above 0.01 over the windows (Burda et al. 2016)
  Reconstruction from_mean;       ///< z = mu
  Reconstruction from_posterior;  ///< z ~ q(z | x), one draw per window
};

/// The distribution of one feature over windows.
struct FeatureReport {
  std::string name;     ///< see feature_names()
  double mean = 0.0;    ///< over the samples
  double spread = 0.0;  ///< standard deviation over the samples
  double real_mean = 0.0;
  double real_spread = 0.0;
  DistributionSimilarity samples;  ///< samples compared with real windows
  DistributionSimilarity train;  ///< upper yardstick: windows of the split train compared with real windows, as an ideal model would score
  DistributionSimilarity
      independent;  ///< lower yardstick: each cell drawn independently from that cell of a random training window, as a poor model
                    ///< would score
};

/// How often something is true of a window, among the windows that can show it.
struct ShareReport {
  std::string name;
  double samples = 0.0;      ///< share of the samples
  double real = 0.0;         ///< share of the real windows
  double train = 0.0;        ///< share of the training windows
  double independent = 0.0;  ///< share of the lower yardstick, as in FeatureReport
};

/// Distance of windows to the nearest training window: for grooves, the number of cells whose hit differs.
struct Novelty {
  double mean = 0.0;
  double median = 0.0;
  double near_copies = 0.0;  ///< share of windows that are nearly a training window; for grooves, at a distance of 5 or less
};

/// How similar the samples are to real windows.
struct SampleReport {
  int samples = 0;
  float temperature = 0.0F;
  std::optional<float> feel_temperature{};
  std::vector<FeatureReport> features{};  ///< the features that every set of windows has
  std::vector<ShareReport> shares{};      ///< none for grooves and melodies
  Novelty novelty{};
  Novelty real_novelty{};  ///< the same for the real windows
};

/// The effect of an attribute on samples: the same points of the latent space and the same seed, with amounts of 0, 1 and -1.
struct AttributeReport {
  std::string name;
  double low = 0.0;        ///< mean value of the samples at amount -1; for style:NAME, the share whose nearest training window has that
                           ///< style
  double plain = 0.0;      ///< the same at amount 0
  double high = 0.0;       ///< the same at amount 1
  double right_way = 0.0;  ///< share of the samples, at -1 and 1 together, whose value moved in the right direction; for a style, whose
                           ///< style changed that way
};

/// Points on the path from one window to another, averaged over pairs (Roberts et al. 2018, section 5.2).
struct PathReport {
  std::vector<double> to_first;        ///< difference from the first window at each point, 0 to 1: share of cells whose hit differs
  std::vector<double> to_second;       ///< the same for the second window
  std::vector<double> log_likelihood;  ///< of the steps under a 5-gram model of the training windows, nats per step
};

/// Interpolation between two windows.
struct InterpolationReport {
  int pairs = 0;
  std::vector<double> position{};  ///< 0 (first) to 1 (second)
  PathReport slerp{};              ///< in the latent space, decoded at temperature 0
  PathReport crossfade{};          ///< in the data: each step comes from the second window with probability `position`
};

/// Scores of one method at the task.
struct TaskScores {
  std::string method;                                     ///< "model", "model, drawn", "quantised", "nearest 1", "nearest 20"
  std::optional<FeelErrors> feel{};                       ///< humanize
  std::optional<DistributionSimilarity> timing{};         ///< humanize: offsets of all hits against real ones
  std::optional<DistributionSimilarity> velocity{};       ///< humanize: velocities of all hits
  std::optional<DistributionSimilarity> timing_spread{};  ///< humanize: the feature offset_spread
  std::optional<DistributionSimilarity> velocity_spread{};
  std::optional<HitScores> hits{};                  ///< tap, add_closed_hihat and infill: over all drums that the task generates
  std::vector<std::pair<Drum, HitScores>> drums{};  ///< for each of those drums
};

/// Scores of a model of task humanize, tap, add_closed_hihat or infill (the second half of the window), at temperature 0, next to
/// baselines. "model, drawn" is the model with velocities and offsets sampled from its feel head. "quantised" puts every hit on the grid
/// with the mean velocity of the training windows. "nearest k" uses the k training windows whose hits (taps, other drums, first half)
/// differ least.
struct TaskReport {
  Task task{};
  std::size_t windows = 0;
  std::vector<TaskScores> methods{};
};

/// All results.
struct Report {
  Options options;  ///< the options of the evaluation
  ReconstructionReport reconstruction{};
  std::optional<SampleReport> samples{};               ///< not for models with a control track, which needs a groove
  std::vector<AttributeReport> attributes{};           ///< for Options::attributes
  std::optional<InterpolationReport> interpolation{};  ///< for models of task reconstruct
  std::optional<TaskReport> task{};                    ///< for models of the four tasks of TaskReport
};

/// Evaluates a model on windows of its own length. The set must contain windows of the split to evaluate on and of the split train. Throws
/// ArgumentError for values out of range, for windows of another length and for a set without such windows. Throws ConfigError for a model
/// of other music and for one with 61 drum classes.
[[nodiscard]] Report evaluate(const MusicVae& model, const data::WindowSet& windows, const Options& options = {});

/// The whole report as the text of a JSON object, with the names of the fields as keys.
[[nodiscard]] std::string to_json(const Report& report);

}  // namespace musicvae::evaluation

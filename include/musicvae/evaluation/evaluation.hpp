// How good a model is: what it keeps of grooves that it never saw, whether its samples are like real grooves, what lies between two
// grooves, and how well it does its task. Each measure stands beside what a perfect and what a simple model reach.
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
  data::Split split = data::Split::test;    ///< the windows to judge by; those of the split train are what is known of the style
  int samples = 1000;                       ///< grooves to sample from the prior
  float temperature = 1.0F;                 ///< of the samples
  std::optional<float> feel_temperature{};  ///< of their feel, as DecodeOptions::feel_temperature
  int pairs = 100;                          ///< of windows to interpolate between; 0: none
  Attributes attributes{};                  ///< of the model's file, to be evaluated, too
  std::uint64_t seed = 0;
  int threads = 0;  ///< 0: one for each core
  /// Called on the calling thread with what is being done ("reconstruction", ...), and how much of it. What it throws stops the work.
  std::function<void(const std::string& what, std::size_t done, std::size_t all)> progress{};
};

/// Cells that were said to be hit, against those that are. Plain accuracy says nothing: silence reaches 88 %.
struct HitScores {
  std::int64_t right = 0;                  ///< hit in both
  std::int64_t wrong = 0;                  ///< said, but not there
  std::int64_t missed = 0;                 ///< there, but not said
  [[nodiscard]] double precision() const;  ///< right / (right + wrong); 0 where nothing was said
  [[nodiscard]] double recall() const;     ///< right / (right + missed); 0 where nothing is there
  [[nodiscard]] double f1() const;         ///< 2 right / (2 right + wrong + missed)
};

/// How near velocity and timing come on the true hits.
struct FeelErrors {
  double velocity_mae = 0.0;  ///< 0..1
  double velocity_mse = 0.0;
  double timing_mae_ms = 0.0;  ///< at the tempo of the window's file
  double timing_mse = 0.0;     ///< in squared steps
};

/// A set of windows through the model and back from one kind of z.
struct Reconstruction {
  double hits_nll = 0.0;        ///< -log p(hits | z), nats a window
  double velocity_error = 0.0;  ///< squared error of velocities, summed over a window: the groove head's loss; of a feel head on hits only
  double offset_error = 0.0;    ///< the same of offsets
  double elbo = 0.0;            ///< -(hits_nll + velocity_error + offset_error + KL): the training loss with beta 1 and no free bits
  HitScores teacher_forced;     ///< each step after the true one before it, the likelier of hit and no hit
  HitScores free_running;       ///< each step after the model's own, at temperature 0
  FeelErrors feel;              ///< teacher-forced; zeros of a model without velocities
};

/// How well windows that the model never saw come back.
struct ReconstructionReport {
  std::size_t windows = 0;
  double kl = 0.0;                ///< KL(q(z | x) || N(0, I)), nats a window
  int active_units = 0;           ///< latent units whose mu has a variance above 0.01 over the windows (Burda et al. 2016)
  Reconstruction from_mean;       ///< z = mu
  Reconstruction from_posterior;  ///< z ~ q(z | x), one draw a window
};

/// A feature of windows, and how it is distributed in them.
struct FeatureReport {
  std::string name;     ///< see feature_names()
  double mean = 0.0;    ///< over the samples
  double spread = 0.0;  ///< standard deviation over the samples
  double real_mean = 0.0;
  double real_spread = 0.0;
  Likeness samples;      ///< samples against real windows
  Likeness train;        ///< yardstick: the windows of the split train against real ones, what a perfect model gets
  Likeness independent;  ///< yardstick: each cell drawn alone from what it is in a random training window, what a poor model gets
};

/// How far windows are from the nearest of the training windows, in cells whose hit differs.
struct Novelty {
  double mean = 0.0;
  double median = 0.0;
  double near_copies = 0.0;  ///< the share of windows at a distance of 5 or less
};

/// How like real windows the samples are.
struct SampleReport {
  int samples = 0;
  float temperature = 0.0F;
  std::optional<float> feel_temperature{};
  std::vector<FeatureReport> features{};  ///< those that every set of windows has
  Novelty novelty{};
  Novelty real_novelty{};  ///< of the real windows
};

/// What an attribute does to samples: the same points of the latent space and the same seed with an amount of 0, 1 and -1.
struct AttributeReport {
  std::string name;
  double low = 0.0;        ///< mean value of the samples at an amount of -1; of style:NAME the share whose nearest training window is of it
  double plain = 0.0;      ///< ... of 0
  double high = 0.0;       ///< ... of 1
  double right_way = 0.0;  ///< share of the samples, at -1 and 1 together, whose value moved as it should; of a style those that changed
};

/// Points on the way from one window to another, averaged over pairs (Roberts et al. 2018, section 5.2).
struct PathReport {
  std::vector<double> to_first;        ///< share of cells whose hit differs from the first window's, at each point
  std::vector<double> to_second;       ///< ... from the second's
  std::vector<double> log_likelihood;  ///< of the hits, nats a step, by a 5-gram model of the training windows
};

/// What lies between two windows.
struct InterpolationReport {
  int pairs = 0;
  std::vector<double> position{};  ///< 0 (first) to 1 (second)
  PathReport slerp{};              ///< in the latent space, decoded at temperature 0
  PathReport crossfade{};          ///< in the data: each step is the second's with a probability of `position`
};

/// How well one way of doing the task does it.
struct TaskScores {
  std::string way;                          ///< "model", "model, drawn", "quantised", "nearest 1", "nearest 20"
  std::optional<FeelErrors> feel{};         ///< humanize
  std::optional<Likeness> timing{};         ///< humanize: offsets of all hits against real ones
  std::optional<Likeness> velocity{};       ///< humanize: velocities of all hits
  std::optional<Likeness> timing_spread{};  ///< humanize: the feature offset_spread
  std::optional<Likeness> velocity_spread{};
  std::optional<HitScores> hits{};                  ///< tap, add_closed_hihat and infill: over all drums that the task makes
  std::vector<std::pair<Drum, HitScores>> drums{};  ///< of each of them
};

/// The task of a model of task humanize, tap, add_closed_hihat or infill (the second half of the window), at temperature 0, beside
/// baselines: "model, drawn" is that with velocities and offsets drawn from a feel head; "quantised" has every hit on the grid with the
/// mean velocity of training; "nearest k" asks the k training windows whose hits (taps, other drums, first half) differ least.
struct TaskReport {
  Task task = Task::reconstruct;
  std::size_t windows = 0;
  std::vector<TaskScores> ways{};
};

/// All that was measured.
struct Report {
  Options options;  ///< what was asked for
  ReconstructionReport reconstruction{};
  std::optional<SampleReport> samples{};               ///< not of models with a control track: they need a groove's
  std::vector<AttributeReport> attributes{};           ///< of Options::attributes
  std::optional<InterpolationReport> interpolation{};  ///< of models of task reconstruct
  std::optional<TaskReport> task{};                    ///< of models of those four tasks
};

/// Evaluates a model on windows as long as its own. The set must have windows of the split to judge by and of the split train. Throws
/// ArgumentError for values out of range, windows of another length or a set without such windows, ConfigError for a model that knows no
/// drums (converter tensors) or 61 of them.
[[nodiscard]] Report evaluate(const MusicVae& model, const data::WindowSet& windows, const Options& options = {});

/// Everything in it, by the names of the fields, as the text of a JSON object.
[[nodiscard]] std::string to_json(const Report& report);

}  // namespace musicvae::evaluation

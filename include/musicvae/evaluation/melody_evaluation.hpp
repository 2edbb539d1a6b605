// Evaluates a model of melodies: how well it reconstructs unseen melodies, how similar its samples are to real ones, and what lies between
// two melodies. Each measure is reported next to the values of an ideal and of a simple model.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "musicvae/data/window_set.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"

namespace musicvae::evaluation {

/// Reconstruction of a set of melodies from one kind of z. An accuracy is the share of steps whose event is the true one (Roberts et al.
/// 2018, table 1).
struct MelodyReconstruction {
  double nll = 0.0;             ///< -log p(melody | z), nats per window
  double elbo = 0.0;            ///< -(nll + KL): the training loss with beta 1 and no free bits
  double teacher_forced = 0.0;  ///< accuracy where each step follows the true previous step; takes the likeliest event
  double free_running = 0.0;    ///< accuracy where each step follows the model's own previous step, at temperature 0
};

/// All results of a model of melodies.
struct MelodyReport {
  Options options;  ///< the options of the evaluation
  std::size_t windows = 0;
  double kl = 0.0;                        ///< KL(q(z | x) || N(0, I)), nats per window
  int active_units = 0;                   ///< as ReconstructionReport::active_units
  MelodyReconstruction from_mean{};       ///< z = mu
  MelodyReconstruction from_posterior{};  ///< z ~ q(z | x), one draw per window
  /// The features are those of melody_feature_names(). The distance of a sample to a training window is the number of steps whose events
  /// differ after the best transposition; a near-copy differs in at most one step per bar.
  SampleReport samples{};
  std::optional<InterpolationReport> interpolation{};  ///< distances are shares of steps whose event differs; likelihoods are of the events
};

/// Evaluates a model of melodies on windows of its own length. The set must contain windows of the split to evaluate on and of the split
/// train. Options::attributes and feel_temperature are not used. Throws ArgumentError as evaluate() does, and ConfigError for a model of
/// another kind.
[[nodiscard]] MelodyReport evaluate_melodies(const MusicVae& model, const data::WindowSet& windows, const Options& options = {});

/// The whole report as the text of a JSON object, with the names of the fields as keys.
[[nodiscard]] std::string to_json(const MelodyReport& report);

/// Evaluates a model of any kind that has measures: evaluate() for grooves, evaluate_melodies() for melodies. Throws as they do.
[[nodiscard]] std::variant<Report, MelodyReport> evaluate_any(const MusicVae& model, const data::WindowSet& windows,
                                                              const Options& options = {});

}  // namespace musicvae::evaluation

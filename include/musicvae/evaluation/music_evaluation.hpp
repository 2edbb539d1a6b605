// Evaluates a model of any kind of music: how well it reconstructs unseen music, how similar its samples are to real music, and what lies
// between two windows. Each measure is reported next to the values of an ideal and of a simple model.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "musicvae/data/window_set.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/evaluation/evaluation.hpp"

namespace musicvae::evaluation {

/// Accuracy in one part of the music: the share of right categories among those of the part (Roberts et al. 2018, table 1).
struct PartAccuracy {
  std::string name;             ///< of trios: "melody", "bass", "drums"; of tracks, the kind of token: "program", "note_on", ...
  double teacher_forced = 0.0;  ///< as in StepReconstruction
  double free_running = 0.0;
};

/// Reconstruction of a set of windows from one kind of z. A row is a step, or a token of tracks. It is right if each of its categories is
/// the true one.
struct StepReconstruction {
  double nll = 0.0;                   ///< -log p(window | z), nats per window
  double elbo = 0.0;                  ///< -(nll + KL): the training loss with beta 1 and no free bits
  double teacher_forced = 0.0;        ///< share of right rows where each row follows the true previous one; takes the likeliest categories
  double free_running = 0.0;          ///< share of right rows where each row follows the model's own previous one, at temperature 0
  std::vector<PartAccuracy> parts{};  ///< none for melodies
};

/// All results of a model of melodies, trios or tracks.
struct MusicReport {
  Options options;    ///< the options of the evaluation
  std::string music;  ///< "melodies"
  std::size_t windows = 0;
  double kl = 0.0;                      ///< KL(q(z | x) || N(0, I)), nats per window
  int active_units = 0;                 ///< as ReconstructionReport::active_units
  StepReconstruction from_mean{};       ///< z = mu
  StepReconstruction from_posterior{};  ///< z ~ q(z | x), one draw per window
  /// docs/evaluation.md has the features, the shares and the distances of each kind of music. A distance is the least over transpositions.
  SampleReport samples{};
  std::vector<AttributeReport> attributes{};           ///< for Options::attributes
  std::optional<InterpolationReport> interpolation{};  ///< differences are of steps, cells or notes; likelihoods are of steps or tokens
};

/// The results of a model of any kind of music: Report for grooves, MusicReport for other music.
using AnyReport = std::variant<Report, MusicReport>;

/// Evaluates a model of any kind of music on windows of its own length. The set must contain windows of the split to evaluate on and of the
/// split train. Options::feel_temperature is not used for music without feel. Throws ArgumentError as evaluate() does, and ConfigError for
/// a set of another kind of music, a model of no kind that the library knows, and as evaluate() does for grooves.
[[nodiscard]] AnyReport evaluate_any(const MusicVae& model, const data::WindowSet& windows, const Options& options = {});

/// The whole report as the text of a JSON object, with the names of the fields as keys.
[[nodiscard]] std::string to_json(const MusicReport& report);

}  // namespace musicvae::evaluation

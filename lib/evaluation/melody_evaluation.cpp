#include "musicvae/evaluation/melody_evaluation.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "decoded_windows.hpp"
#include "interpolation_paths.hpp"
#include "musicvae/data/window_music.hpp"
#include "options_check.hpp"
#include "prior_samples.hpp"
#include "sample_statistics.hpp"
#include "windows.hpp"

namespace musicvae::evaluation {
namespace {

// The contribution of one window to a MelodyReconstruction.
struct MelodyScores {
  double nll = 0.0;
  int teacher_forced = 0;  // steps with the true event
  int free_running = 0;
};

MelodyScores scores_of(const ModelConfig& config, const DecodedWindow<Melody>& window, const Melody& real) {
  const auto depth = static_cast<std::size_t>(config.output_depth());
  MelodyScores scores;
  std::vector<float> predicted(depth);
  for (std::size_t at = 0; at < window.target.size(); at += depth) {
    const std::span<const float> target = window.target.subspan(at, depth);
    const std::span<const float> logits = window.logits.subspan(at, depth);
    scores.nll += config.head->loss(config, logits, target).nll;
    config.head->likeliest(config, logits, predicted);
    scores.teacher_forced += static_cast<int>(std::equal(predicted.begin(), predicted.end(), target.begin()));
  }
  for (int step = 0; step < real.steps(); ++step) scores.free_running += static_cast<int>(real.at(step) == window.free_running.at(step));
  return scores;
}

MelodyReconstruction mean_scores(std::span<const MelodyScores> windows, double kl, int steps) {
  MelodyReconstruction result;
  const auto n = static_cast<double>(windows.size());
  for (const MelodyScores& scores : windows) {
    result.nll += scores.nll / n;
    result.teacher_forced += scores.teacher_forced / (n * steps);
    result.free_running += scores.free_running / (n * steps);
  }
  result.elbo = -(result.nll + kl);
  return result;
}

std::vector<Melody> melodies_of(const data::WindowSet& set, data::Split split) {
  std::vector<Melody> melodies;
  for (const std::size_t index : indices_of(set, split)) melodies.push_back(data::value_of<Melody>(set, index));
  return melodies;
}

}  // namespace

MelodyReport evaluate_melodies(const MusicVae& model, const data::WindowSet& set, const Options& options) {
  (void)representation_of<Melody>(model.config());
  check_options(model, set, options);
  data::check_music(set.info(), model.config());
  const std::vector<Melody> real = melodies_of(set, options.split);
  const std::vector<Melody> train = melodies_of(set, data::Split::train);
  std::vector<MelodyScores> from_mean(real.size());
  std::vector<MelodyScores> from_posterior(real.size());
  const PosteriorStatistics posteriors = decode_windows<Melody>(model, real, options, [&](const DecodedWindow<Melody>& window) {
    (window.from_mean ? from_mean : from_posterior)[window.index] = scores_of(model.config(), window, real[window.index]);
  });
  MelodyReport report{.options = options, .windows = real.size(), .kl = posteriors.kl, .active_units = posteriors.active_units};
  report.options.progress = nullptr;
  report.from_mean = mean_scores(from_mean, posteriors.kl, model.config().steps);
  report.from_posterior = mean_scores(from_posterior, posteriors.kl, model.config().steps);
  Options plain = options;
  plain.attributes = {};
  report.samples = sample_statistics(real, train, options, prior_samples<Melody>(model, plain, "samples"));
  if (options.pairs > 0) report.interpolation = interpolation_paths<Melody>(model, real, train, options);
  return report;
}

std::variant<Report, MelodyReport> evaluate_any(const MusicVae& model, const data::WindowSet& windows, const Options& options) {
  if (model.config().representation->music() == Melody::kPlural) return evaluate_melodies(model, windows, options);
  return evaluate(model, windows, options);
}

}  // namespace musicvae::evaluation

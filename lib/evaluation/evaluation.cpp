#include "musicvae/evaluation/evaluation.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "attribute_effect.hpp"
#include "interpolation_paths.hpp"
#include "kinds/groove.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_tensor.hpp"
#include "options_check.hpp"
#include "prior_samples.hpp"
#include "reconstruction_scores.hpp"
#include "sample_statistics.hpp"
#include "task_scores.hpp"
#include "windows.hpp"

namespace musicvae::evaluation {

void check_options(const MusicVae& model, const data::WindowSet& set, const Options& options) {
  if (options.samples < 1) throw ArgumentError("evaluate: " + std::to_string(options.samples) + " samples; use 1 or more");
  if (options.pairs < 0) throw ArgumentError("evaluate: " + std::to_string(options.pairs) + " pairs; use 0 or more");
  if (!(options.temperature >= 0.0F) || !std::isfinite(options.temperature))
    throw ArgumentError("evaluate: temperature " + std::to_string(options.temperature) + " is out of range; use 0 or more");
  const int steps = model.config().steps;
  if (set.size() == 0) throw ArgumentError("evaluate: the dataset has no windows; prepare one that has some");
  if (set.steps() != steps) {
    throw ArgumentError("evaluate: the dataset's windows have " + std::to_string(set.steps()) + " steps and the model's " +
                        std::to_string(steps) + "; prepare it for this model's config");
  }
}

Report evaluate(const MusicVae& model, const data::WindowSet& set, const Options& options) {
  const ModelConfig& config = model.config();
  if (!representation_of<DrumSequence>(config).takes_rows_of(kDrumTensorDepth)) {
    throw ConfigError("evaluate: config \"" + config.name + "\" is not for the nine drums; use a model of these");
  }
  check_options(model, set, options);
  const Windows<DrumSequence> windows = windows_of<DrumSequence>(model, set, options.split);
  Report report{.options = options};
  report.options.progress = nullptr;
  report.reconstruction = reconstruction_scores(model, windows, options);
  if (config.control_depth() == 0) {
    const Measures<DrumSequence>::Known known(windows.train);
    const std::vector<DrumSequence> samples = prior_samples<DrumSequence>(model, options, "samples");
    report.samples = sample_statistics<DrumSequence>(model, windows, known, options, samples);
    report.attributes = attribute_effect<DrumSequence>(model, windows, known, options, samples);
    if (options.pairs > 0 && !info(config.task()).is_scored) {
      report.interpolation = interpolation_paths<DrumSequence>(model, windows.real, windows.train, options);
    }
  }
  if (info(config.task()).is_scored) report.task = task_scores(model, windows, options);
  return report;
}

}  // namespace musicvae::evaluation

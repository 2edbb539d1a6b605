#include "musicvae/evaluation/music_evaluation.hpp"

#include <string>
#include <vector>

#include "attribute_effect.hpp"
#include "interpolation_paths.hpp"
#include "kinds/kinds.hpp"
#include "musicvae/model/any_music.hpp"
#include "options_check.hpp"
#include "prior_samples.hpp"
#include "sample_statistics.hpp"
#include "step_scores.hpp"
#include "windows.hpp"

namespace musicvae::evaluation {
namespace {

template <class Value>
AnyReport evaluate_as(const MusicVae& model, const data::WindowSet& set, const Options& options) {
  const RepresentationOf<Value>& representation = representation_of<Value>(model.config());
  check_options(model, set, options);
  data::check_music(set.info(), model.config());
  const Windows<Value> windows = windows_of<Value>(model, set, options.split);
  const typename Measures<Value>::Known known(windows.train);
  MusicReport report{.options = options, .music = std::string(Value::kPlural)};
  report.options.progress = nullptr;
  const auto rows = [&](std::size_t index) { return representation.rows(windows.real[index]); };
  score_steps(model, windows.real.size(), rows, Measures<Value>::parts(), options, report);
  const std::vector<Value> samples = prior_samples<Value>(model, options, "samples");
  report.samples = sample_statistics<Value>(model, windows, known, options, samples);
  report.attributes = attribute_effect<Value>(model, windows, known, options, samples);
  if (options.pairs > 0) report.interpolation = interpolation_paths<Value>(model, windows.real, windows.train, options);
  return report;
}

// Grooves have a report of their own: hits, feel and tasks.
template <>
AnyReport evaluate_as<DrumSequence>(const MusicVae& model, const data::WindowSet& set, const Options& options) {
  return evaluate(model, set, options);
}

}  // namespace

AnyReport evaluate_any(const MusicVae& model, const data::WindowSet& windows, const Options& options) {
  return with_music(model.config(), [&]<class Value>() { return evaluate_as<Value>(model, windows, options); });
}

}  // namespace musicvae::evaluation

#include "musicvae/engine/tasks.hpp"

#include <algorithm>
#include <cstdint>

#include "model/representations/chord_control.hpp"

namespace musicvae {
namespace detail {

void demand_task(const MusicVae& model, const char* what, std::initializer_list<Task> tasks) {
  const ModelConfig& config = model.config();
  if (std::find(tasks.begin(), tasks.end(), config.task()) != tasks.end()) return;
  std::string known;
  for (const Task task : tasks) known.append(known.empty() ? "" : " or ").append(name(task));
  throw ArgumentError(std::string(what) + ": config \"" + config.name + "\" does the task " + std::string(name(config.task())) +
                      "; use a model of task " + known);
}

void demand_filling(const MusicVae& model, const char* what) {
  demand_task(model, what, {Task::infill, Task::reconstruct});
}

bool fills_in(const MusicVae& model) {
  return model.config().task() == Task::infill;
}

void check_continuation(const MusicVae& model, int steps, int bars) {
  if (bars < 1 || bars > 4096) throw ArgumentError("continue: " + std::to_string(bars) + " bars; use 1 to 4096");
  const int bar = model.grid().steps_per_bar();
  const int window = model.config().window_steps();
  if (window < 2 * bar || window % bar != 0) {
    throw ArgumentError("continue: config \"" + model.config().name + "\" makes windows of " + std::to_string(window) +
                        " steps; use a model of 2 bars or more");
  }
  if (steps < bar) throw ArgumentError("continue: the groove has " + std::to_string(steps) + " steps; give a bar or more");
}

}  // namespace detail

ChordSequence chords_along(const MusicVae& model, const ChordSequence& chords, int steps) {
  if (chords.empty()) return {};
  detail::demand_chords(model.config());
  const int window = model.config().window_steps();
  if (chords.steps() != steps && chords.steps() != window) {
    throw ArgumentError("chords: they last " + std::to_string(chords.steps()) + " steps; give chords for all " + std::to_string(steps) +
                        " steps, or for a window of " + std::to_string(window) + ", which is repeated, " +
                        std::to_string(model.grid().steps_per_bar()) + " per bar");
  }
  return chords.repeated(steps);
}

DrumSequence humanize(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options) {
  const MusicVae& model = sampler.model();
  detail::demand_task(model, "humanize", {Task::humanize, Task::hits_control});
  const std::vector<DrumSequence> windows = detail::windows_of(model, "humanize", groove);
  std::vector<CellMask> none;
  for (const DrumSequence& window : windows) {
    model.check_window(window.grid(), window.steps(), "humanize");
    none.emplace_back(window.steps());
  }
  const std::vector<float> z = info(model.config().task()).needs_control
                                   ? sampler.prior(options.seed, static_cast<int>(windows.size()), options.first)
                                   : model.encode(windows, {.threads = options.threads}).mu;
  return detail::joined(detail::decode_windows(sampler, z, windows, none, /*whole=*/false, options.of_groove(options.first)),
                        groove.steps());
}

DrumSequence tap_to_drums(Sampler& sampler, const DrumSequence& taps, const DecodeOptions& options) {
  const MusicVae& model = sampler.model();
  detail::demand_task(model, "tap to drums", {Task::tap});
  const std::vector<DrumSequence> windows = detail::windows_of(model, "tap to drums", taps);
  std::vector<float> controls;
  for (const DrumSequence& window : windows) {
    const std::vector<float> rows = control_rows(model.config(), window);
    controls.insert(controls.end(), rows.begin(), rows.end());
  }
  const std::vector<float> z = model.encode(windows, {.threads = options.threads}).mu;
  return detail::joined(sampler.decode(z, options.of_groove(options.first), {.controls = controls}), taps.steps());
}

DrumSequence add_closed_hihat(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options) {
  const MusicVae& model = sampler.model();
  detail::demand_task(model, "add hats", {Task::add_closed_hihat});
  const std::vector<DrumSequence> windows = detail::windows_of(model, "add hats", groove);
  std::vector<CellMask> hats;
  for (const DrumSequence& window : windows) {
    hats.emplace_back(window.steps()).choose(Drum::closed_hihat, 0, window.steps());
  }
  const std::vector<float> z = model.encode(windows, {.threads = options.threads}).mu;
  return detail::joined(detail::fill_windows(sampler, z, windows, hats, options.with_default_temperature(0.0F).of_groove(options.first)),
                        groove.steps());
}

}  // namespace musicvae

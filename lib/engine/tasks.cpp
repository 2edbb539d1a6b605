#include "musicvae/engine/tasks.hpp"

#include <algorithm>
#include <cstdint>

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
  const int window = model.config().steps;
  if (window < 2 * bar || window % bar != 0) {
    throw ArgumentError("continue: config \"" + model.config().name + "\" makes windows of " + std::to_string(window) +
                        " steps; use a model of 2 bars or more");
  }
  if (steps < bar) throw ArgumentError("continue: the groove has " + std::to_string(steps) + " steps; give a bar or more");
}

}  // namespace detail

DrumSequence humanize(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options) {
  const MusicVae& model = sampler.model();
  detail::demand_task(model, "humanize", {Task::humanize, Task::hits_control});
  return detail::by_window(model, "humanize", groove, [&](const DrumSequence& window, int, std::uint64_t index) {
    model.check_window(window.grid(), window.steps(), "humanize");
    const DecodeOptions decode = options.of_groove(options.first + index);
    const std::vector<float> z =
        info(model.config().task()).needs_control ? sampler.prior(options.seed, 1, decode.first) : model.encode(window).mu;
    return detail::decode_window(sampler, z, window, CellMask(window.steps()), /*whole=*/false, decode);
  });
}

DrumSequence tap_to_drums(Sampler& sampler, const DrumSequence& taps, const DecodeOptions& options) {
  const MusicVae& model = sampler.model();
  detail::demand_task(model, "tap to drums", {Task::tap});
  return detail::by_window(model, "tap to drums", taps, [&](const DrumSequence& window, int, std::uint64_t index) {
    const std::vector<float> controls = control_rows(model.config(), window);
    return sampler.decode(model.encode(window).mu, options.of_groove(options.first + index), {.controls = controls}).front();
  });
}

DrumSequence add_closed_hihat(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options) {
  const MusicVae& model = sampler.model();
  detail::demand_task(model, "add hats", {Task::add_closed_hihat});
  return detail::by_window(model, "add hats", groove, [&](const DrumSequence& window, int, std::uint64_t index) {
    CellMask hats(window.steps());
    hats.choose(Drum::closed_hihat, 0, window.steps());
    return detail::fill_window(sampler, model.encode(window).mu, window, hats, options.with_usual(0.0F).of_groove(options.first + index));
  });
}

}  // namespace musicvae

#include "musicvae/engine/tasks.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/output_head.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/config.hpp"
#include "musicvae/model/enum_names.hpp"
#include "musicvae/model/representation.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "musicvae/sequence/drum_map.hpp"

namespace musicvae {
namespace {

void demand_task(const MusicVae& model, const char* what, std::initializer_list<Task> tasks) {
  const ModelConfig& config = model.config();
  if (config.converter != Converter::tensors && std::find(tasks.begin(), tasks.end(), config.task) != tasks.end()) return;
  std::string known;
  for (const Task task : tasks) known += (known.empty() ? "" : " or ") + name(task);
  throw ArgumentError(std::string(what) + ": config \"" + config.name + "\" does the task " +
                      (config.converter == Converter::tensors ? "of other instruments" : name(config.task)) + "; use a model of task " +
                      known);
}

/// Calls `one(window, first)` for each window of the groove, where `first` is the window's first step, and joins the results to a groove of
/// the same length. The last window may be short. Throws ArgumentError for an empty groove.
template <class One>
DrumSequence by_window(const MusicVae& model, const char* what, const DrumSequence& groove, const One& one) {
  if (groove.steps() == 0) throw ArgumentError(std::string(what) + ": the groove has no steps; give at least one bar");
  const int window = model.config().steps;
  DrumSequence result(0, groove.grid());
  for (int first = 0; first < groove.steps(); first += window) {
    const int steps = std::min(window, groove.steps() - first);
    result.append(one(groove.slice(first, steps), first).slice(0, steps));
  }
  return result;
}

/// The known cells of a window, [steps of the model, cell_depth].
struct KnownRows {
  std::vector<float> cells;
  std::vector<float> mask;
};

/// The cells of `window` for which `known(step, drum)` is true. For a groove model they include the velocities and offsets, unless
/// `hits_only`.
template <class Known>
KnownRows known_rows(const ModelConfig& config, const DrumSequence& window, bool hits_only, const Known& known) {
  const std::vector<float> rows = window_rows(config, window);
  const std::size_t from = rows.size() / static_cast<std::size_t>(window.steps());
  const auto depth = static_cast<std::size_t>(engine::cell_depth(config));
  const DrumMap map = DrumMap::reduced();
  KnownRows result{std::vector<float>(static_cast<std::size_t>(config.steps) * depth),
                   std::vector<float>(static_cast<std::size_t>(config.steps) * depth)};
  for (int step = 0; step < window.steps(); ++step) {
    for (std::size_t c = 0; c < depth; ++c) {
      const std::size_t at = static_cast<std::size_t>(step) * depth + c;
      const bool pitch_classes = depth == kFullDrumPitches.size();
      const Drum drum = pitch_classes ? *map.drum(full_drum_pitch(static_cast<int>(c))) : static_cast<Drum>(c % kDrums);
      if (!known(step, drum) || (hits_only && c >= kDrums && !pitch_classes)) continue;
      result.cells[at] = rows[static_cast<std::size_t>(step) * from + c];
      result.mask[at] = 1.0F;
    }
  }
  return result;
}

/// Decodes one window from z, given its known cells.
DrumSequence decode_window(Sampler& sampler, std::span<const float> z, const DecodeOptions& options, const DrumSequence& window,
                           const CellMask& mask, const KnownRows& known) {
  const std::vector<float> controls = control_rows(sampler.model().config(), window, mask.cells());
  return sampler.decode(z, options.of_groove(options.first), {controls, known.cells, known.mask}).front();
}

/// Fills in the cells of `mask` anew. All other cells stay as they are.
DrumSequence fill_window(Sampler& sampler, std::span<const float> z, const DrumSequence& window, const CellMask& mask,
                         const DecodeOptions& options) {
  const auto stays = [&](int step, Drum drum) { return !mask.at(step, drum); };
  DrumSequence filled =
      decode_window(sampler, z, options, window, mask, known_rows(sampler.model().config(), window, /*hits_only=*/false, stays));
  for (int step = 0; step < window.steps(); ++step) {  // a model without velocities keeps only the hits
    for (int d = 0; d < kDrums; ++d) {
      const auto drum = static_cast<Drum>(d);
      if (!stays(step, drum)) continue;
      filled.erase(step, drum);
      if (const Cell& cell = window.at(step, drum); cell.hit) filled.set(step, drum, cell.velocity, cell.offset);
    }
  }
  return filled;
}

}  // namespace

DrumSequence humanize(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options) {
  const MusicVae& model = sampler.model();
  demand_task(model, "humanize", {Task::humanize, Task::hits_control});
  return by_window(model, "humanize", groove, [&](const DrumSequence& window, int first) {
    model.check_groove(window, "humanize");
    const auto index = options.first + static_cast<std::uint64_t>(first / model.config().steps);
    const std::vector<float> z = model.config().task == Task::humanize ? model.encode(window).mu : sampler.prior(options.seed, 1, index);
    const auto all = [](int, Drum) { return true; };
    return decode_window(sampler, z, options.of_groove(index), window, {}, known_rows(model.config(), window, /*hits_only=*/true, all));
  });
}

DrumSequence tap_to_drums(Sampler& sampler, const DrumSequence& taps, const DecodeOptions& options) {
  const MusicVae& model = sampler.model();
  demand_task(model, "tap to drums", {Task::tap});
  return by_window(model, "tap to drums", taps, [&](const DrumSequence& window, int first) {
    const auto index = options.first + static_cast<std::uint64_t>(first / model.config().steps);
    const std::vector<float> controls = control_rows(model.config(), window);
    return sampler.decode(model.encode(window).mu, options.of_groove(index), {.controls = controls}).front();
  });
}

DrumSequence add_closed_hihat(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options) {
  const MusicVae& model = sampler.model();
  demand_task(model, "add hats", {Task::add_closed_hihat});
  return by_window(model, "add hats", groove, [&](const DrumSequence& window, int first) {
    CellMask hats(window.steps());
    hats.choose(Drum::closed_hihat, 0, window.steps());
    const auto index = options.first + static_cast<std::uint64_t>(first / model.config().steps);
    return fill_window(sampler, model.encode(window).mu, window, hats, options.of_groove(index));
  });
}

DrumSequence infill(Sampler& sampler, const DrumSequence& groove, const CellMask& mask, const DecodeOptions& options) {
  const MusicVae& model = sampler.model();
  demand_task(model, "infill", {Task::infill, Task::reconstruct});
  if (mask.steps() != groove.steps()) {
    throw ArgumentError("infill: the mask has " + std::to_string(mask.steps()) + " steps and the groove " + std::to_string(groove.steps()) +
                        "; make them equal");
  }
  if (mask.count() == 0) throw ArgumentError("infill: the mask chooses no cell; choose at least one");
  return by_window(model, "infill", groove, [&](const DrumSequence& window, int first) {
    const CellMask here = mask.slice(first, window.steps());
    model.check_groove(window, "infill");
    if (here.count() == 0) return window;
    const auto index = options.first + static_cast<std::uint64_t>(first / model.config().steps);
    const DecodeOptions decode = options.of_groove(index);
    const DrumSequence filled = fill_window(sampler, model.encode(window, here.cells()).mu, window, here, decode);
    if (model.config().task == Task::infill) return filled;
    return fill_window(sampler, model.encode(filled.slice(0, window.steps())).mu, window, here, decode);
  });
}

DrumSequence continue_groove(Sampler& sampler, const DrumSequence& groove, int bars, const DecodeOptions& options) {
  const MusicVae& model = sampler.model();
  demand_task(model, "continue", {Task::infill, Task::reconstruct});
  const int bar = model.grid().steps_per_bar();
  const int window = model.config().steps;
  if (bars < 1 || bars > 4096) throw ArgumentError("continue: " + std::to_string(bars) + " bars; use 1 to 4096");
  if (window < 2 * bar || window % bar != 0) {
    throw ArgumentError("continue: config \"" + model.config().name + "\" makes windows of " + std::to_string(window) +
                        " steps; use a model of 2 bars or more");
  }
  if (groove.steps() < bar)
    throw ArgumentError("continue: the groove has " + std::to_string(groove.steps()) + " steps; give a bar or more");
  model.check_groove(groove.slice(0, bar), "continue");

  DrumSequence past = groove.slice(groove.steps() % bar, groove.steps() - groove.steps() % bar);  // whole bars, counted from its end
  while (past.steps() < window) past = past.concat(past);
  DrumSequence result(0, groove.grid());
  const int kept = window / bar / 2 * bar;
  CellMask coming(window);
  coming.choose(kept, window - kept);
  for (std::uint64_t round = 0; result.steps() < bars * bar; ++round) {
    const DecodeOptions decode = options.of_groove(options.first + round);
    const DrumSequence begun = past.slice(past.steps() - kept, kept).concat(DrumSequence(window - kept, groove.grid()));
    const DrumSequence last = past.slice(past.steps() - window, window);
    const std::vector<float> z = model.config().task == Task::infill ? model.encode(begun, coming.cells()).mu : model.encode(last).mu;
    const DrumSequence made = fill_window(sampler, z, begun, coming, decode).slice(kept, window - kept);
    past.append(made);
    result.append(made);
  }
  return result.slice(0, bars * bar);
}

}  // namespace musicvae

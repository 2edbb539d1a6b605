// Tasks that models do with a groove: humanise it, turn taps into drums, add a hi-hat, fill in cells, continue it (Gillick et al. 2019,
// section 3.4).
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "musicvae/engine/sampler.hpp"
#include "musicvae/sequence/cell_mask.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

namespace detail {

/// Throws ArgumentError unless the model's task is one of these. `what` begins the message.
void demand_task(const MusicVae& model, const char* what, std::initializer_list<Task> tasks);
/// Throws ArgumentError unless the model can fill in cells: by its task, or through its latent space.
void demand_filling(const MusicVae& model, const char* what);
/// Whether the model has learned to fill in cells, so that its encoder must be told which.
[[nodiscard]] bool fills_in(const MusicVae& model);
/// Throws ArgumentError unless the model can continue `steps` steps by `bars` bars.
void check_continuation(const MusicVae& model, int steps, int bars);

/// Calls `one(window, first, index)` for each window of the value, where `first` is the window's first step and `index` its number, and
/// joins the results to a value of the same length. The last window can be short. Throws ArgumentError for an empty value.
template <class Value, class One>
Value by_window(const MusicVae& model, const char* what, const Value& value, const One& one) {
  if (value.steps() == 0) throw ArgumentError(std::string(what) + ": the groove has no steps; give at least one bar");
  const int window = model.config().steps;
  Value result(0, value.grid());
  std::uint64_t index = 0;
  for (int first = 0; first < value.steps(); first += window) {
    const int steps = std::min(window, value.steps() - first);
    result.append(one(value.slice(first, steps), first, index++).slice(0, steps));
  }
  return result;
}

/// Decodes one window from z, given the cells of `window` that `mask` does not choose (RepresentationOf::known_rows).
template <class Value>
Value decode_window(Sampler& sampler, std::span<const float> z, const Value& window, const typename Value::Mask& mask, bool whole,
                    const DecodeOptions& options) {
  const ModelConfig& config = sampler.model().config();
  const std::vector<float> controls = control_rows(config, window, mask.cells());
  const KnownRows known = representation_of<Value>(config).known_rows(*config.head, window, mask, whole, config.steps);
  return sampler.decode<Value>(z, options, {controls, known.cells, known.mask}).front();
}

/// Fills in the cells of `mask`. All other cells stay as they are, even in a model that has no velocities.
template <class Value>
Value fill_window(Sampler& sampler, std::span<const float> z, const Value& window, const typename Value::Mask& mask,
                  const DecodeOptions& options) {
  const Value decoded = decode_window(sampler, z, window, mask, /*whole=*/true, options);
  return mask.combine(decoded.slice(0, window.steps()), window);
}

}  // namespace detail

/// Gives a groove a feel: keeps its hits, and takes velocities and offsets from the model. A model of task humanize predicts them from the
/// hits alone. A model of task hits_control takes the hits as a control track and samples z with the seed, so that another seed gives
/// another feel. A long groove is processed window by window. Throws ArgumentError for a model of another task, an empty groove, a groove
/// on another grid, and as Sampler::decode does.
[[nodiscard]] DrumSequence humanize(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options = {});

/// A drum groove with the rhythm of `taps`, whatever drums the taps are on. Only the loudest tap of each step counts, and its velocity does
/// not. A long groove is processed window by window. Needs a model of task tap. Throws as humanize does. Many drum parts fit one rhythm.
/// The default temperature samples one of them; 0 gives the likeliest, which has no toms or crashes.
[[nodiscard]] DrumSequence tap_to_drums(Sampler& sampler, const DrumSequence& taps, const DecodeOptions& options = {});

/// The groove with the model's closed hi-hat in place of its own, if it has one. Its other drums stay as they are. A long groove is
/// processed window by window. Needs a model of task add_closed_hihat. Throws as humanize does.
[[nodiscard]] DrumSequence add_closed_hihat(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options = {});

/// The value, such as a groove, with the cells of `mask` filled in. All other cells stay as they are, and the model conditions the new
/// cells on them. A model of task infill has learned this. A model of task reconstruct does it through its latent space: it decodes z of
/// the value without those cells, and then z of the result. A long value is processed window by window. Throws as humanize does, and
/// ArgumentError for a mask of another length than the value's or one that chooses no cell.
template <MusicValue Value>
[[nodiscard]] Value infill(Sampler& sampler, const Value& value, const typename Value::Mask& mask, const DecodeOptions& options = {}) {
  const MusicVae& model = sampler.model();
  detail::demand_filling(model, "infill");
  if (mask.steps() != value.steps()) {
    throw ArgumentError("infill: the mask has " + std::to_string(mask.steps()) + " steps and the groove " + std::to_string(value.steps()) +
                        "; make them equal");
  }
  if (mask.count() == 0) throw ArgumentError("infill: the mask selects no cell; select at least one");
  return detail::by_window(model, "infill", value, [&](const Value& window, int first, std::uint64_t index) {
    const typename Value::Mask here = mask.slice(first, window.steps());
    model.check_window(window.grid(), window.steps(), "infill");
    if (here.count() == 0) return window;
    const DecodeOptions decode = options.of_groove(options.first + index);
    const Value filled = detail::fill_window(sampler, model.encode(window, here.cells()).mu, window, here, decode);
    if (detail::fills_in(model)) return filled;
    return detail::fill_window(sampler, model.encode(filled).mu, window, here, decode);
  });
}

/// `bars` bars that continue a value, such as a groove; they do not contain it. The model makes half a window at a time, conditioned on the
/// half before. A model of task reconstruct decodes the z of the last window; a model of task infill fills in the cells of the new half. A
/// value shorter than a window is repeated first. Throws as infill does, and ArgumentError for less than 1 bar or more than 4096, a value
/// of less than one bar, or a model whose window is shorter than 2 bars.
template <MusicValue Value>
[[nodiscard]] Value continue_groove(Sampler& sampler, const Value& value, int bars, const DecodeOptions& options = {}) {
  const MusicVae& model = sampler.model();
  detail::demand_filling(model, "continue");
  detail::check_continuation(model, value.steps(), bars);
  const int bar = model.grid().steps_per_bar();
  const int window = model.config().steps;
  model.check_window(value.grid(), bar, "continue");

  Value past = value.slice(value.steps() % bar, value.steps() - value.steps() % bar);  // whole bars, counted from its end
  while (past.steps() < window) past = past.concat(past);
  Value result(0, value.grid());
  const int kept = window / bar / 2 * bar;
  typename Value::Mask coming(window);
  coming.choose(kept, window - kept);
  for (std::uint64_t round = 0; result.steps() < bars * bar; ++round) {
    const DecodeOptions decode = options.of_groove(options.first + round);
    const Value begun = past.slice(past.steps() - kept, kept).concat(Value(window - kept, value.grid()));
    const Value last = past.slice(past.steps() - window, window);
    const std::vector<float> z = detail::fills_in(model) ? model.encode(begun, coming.cells()).mu : model.encode(last).mu;
    const Value made = detail::fill_window(sampler, z, begun, coming, decode).slice(kept, window - kept);
    past.append(made);
    result.append(made);
  }
  return result.slice(0, bars * bar);
}

}  // namespace musicvae

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
#include "musicvae/sequence/chord_sequence.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

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

/// The chords of `steps` steps of music: `chords` themselves, or, if they last as long as the model's window, as often as needed. None if
/// `chords` are none. Throws ArgumentError for chords of another length, and for a model without chords.
[[nodiscard]] ChordSequence chords_along(const MusicVae& model, const ChordSequence& chords, int steps);

namespace detail {

/// Throws ArgumentError unless the model's task is one of these. `what` begins the message.
void demand_task(const MusicVae& model, const char* what, std::initializer_list<Task> tasks);
/// Throws ArgumentError unless the model can fill in cells: by its task, or through its latent space.
void demand_filling(const MusicVae& model, const char* what);
/// Whether the model has learned to fill in cells, so that its encoder takes as input which cells those are.
[[nodiscard]] bool fills_in(const MusicVae& model);
/// Throws ArgumentError unless the model can continue `steps` steps by `bars` bars.
void check_continuation(const MusicVae& model, int steps, int bars);

/// The value in windows of the model's length; the last one can be short. Throws ArgumentError for an empty value.
template <class Value>
std::vector<Value> windows_of(const MusicVae& model, const char* what, const Value& value) {
  if (value.steps() == 0) throw ArgumentError(std::string(what) + ": the groove has no steps; give at least one bar");
  const int window = model.config().window_steps();
  std::vector<Value> windows;
  for (int first = 0; first < value.steps(); first += window)
    windows.push_back(value.slice(first, std::min(window, value.steps() - first)));
  return windows;
}

/// The value on these chords. Without any, or if such music carries no chords, the value itself.
template <class Value>
Value on_chords(Value value, [[maybe_unused]] const ChordSequence& chords) {
  if constexpr (requires { value.with_chords(chords); }) {
    if (!chords.empty()) return value.with_chords(chords);
  }
  return value;
}

/// The windows one after the other, without what lies beyond `steps` steps.
template <class Value>
Value joined(const std::vector<Value>& windows, int steps) {
  Value result(0, windows.front().grid());
  for (const Value& window : windows) result.append(window.slice(0, std::min(window.steps(), steps - result.steps())));
  return result;
}

/// Decodes windows from their z, given the cells of each window that its mask does not choose (RepresentationOf::known_rows).
template <class Value>
std::vector<Value> decode_windows(Sampler& sampler, std::span<const float> z, const std::vector<Value>& windows,
                                  const std::vector<typename Value::Mask>& masks, bool whole, const DecodeOptions& options) {
  const ModelConfig& config = sampler.model().config();
  std::vector<float> controls;
  KnownRows known;
  const auto add = [](std::vector<float>& to, const std::vector<float>& rows) { to.insert(to.end(), rows.begin(), rows.end()); };
  for (std::size_t i = 0; i < windows.size(); ++i) {
    add(controls, control_rows(config, windows[i], masks[i].cells()));
    const KnownRows rows = representation_of<Value>(config).known_rows(*config.head, windows[i], masks[i], whole, config.steps);
    add(known.cells, rows.cells);
    add(known.mask, rows.mask);
  }
  return sampler.decode<Value>(z, options, {controls, known.cells, known.mask});
}

/// Fills in the cells of the masks. All other cells stay as they are, even in a model that has no velocities.
template <class Value>
std::vector<Value> fill_windows(Sampler& sampler, std::span<const float> z, const std::vector<Value>& windows,
                                const std::vector<typename Value::Mask>& masks, const DecodeOptions& options) {
  std::vector<Value> filled = decode_windows(sampler, z, windows, masks, /*whole=*/true, options);
  for (std::size_t i = 0; i < windows.size(); ++i) filled[i] = masks[i].combine(filled[i].slice(0, windows[i].steps()), windows[i]);
  return filled;
}

/// The same for one window.
template <class Value>
Value fill_window(Sampler& sampler, std::span<const float> z, const Value& window, const typename Value::Mask& mask,
                  const DecodeOptions& options) {
  return fill_windows<Value>(sampler, z, {window}, {mask}, options).front();
}

}  // namespace detail

/// The value, such as a groove, with the cells of `mask` filled in. All other cells stay as they are, and the model conditions the new
/// cells on them. A model of task infill has learned this. A model of task reconstruct does it through its latent space: it decodes z of
/// the value without those cells, and then z of the result. A long value is processed window by window. `options.chords` replace those of
/// the value, in the result too; they last as long as the value, or as long as a window (chords_along). Throws as humanize and chords_along
/// do, and ArgumentError for a mask of another length than the value's or one that chooses no cell.
template <MusicValue Value>
[[nodiscard]] Value infill(Sampler& sampler, const Value& value, const typename Value::Mask& mask, const DecodeOptions& options = {}) {
  const MusicVae& model = sampler.model();
  detail::demand_filling(model, "infill");
  if (mask.steps() != value.steps()) {
    throw ArgumentError("infill: the mask has " + std::to_string(mask.steps()) + " steps and the groove " + std::to_string(value.steps()) +
                        "; make them equal");
  }
  if (mask.count() == 0) throw ArgumentError("infill: the mask selects no cell; select at least one");
  const ChordSequence chords = chords_along(model, options.chords, value.steps());
  std::vector<Value> windows = detail::windows_of(model, "infill", detail::on_chords(value, chords));
  for (std::size_t i = 0; i < windows.size(); ++i) {
    Value& window = windows[i];
    model.check_window(window.grid(), window.steps(), "infill");
    const typename Value::Mask here = mask.slice(static_cast<int>(i) * model.config().window_steps(), window.steps());
    if (here.count() == 0) continue;
    DecodeOptions decode = options.of_groove(options.first + i);
    decode.chords = {};  // the window carries them
    const Value filled = detail::fill_window(sampler, model.encode(window, here.cells()).mu, window, here, decode);
    window = detail::fills_in(model) ? filled : detail::fill_window(sampler, model.encode(filled).mu, window, here, decode);
  }
  return detail::joined(windows, value.steps());
}

/// `bars` bars that continue a value, such as a groove; they do not contain it. The model makes half a window at a time, conditioned on the
/// half before. A model of task reconstruct decodes the z of the last window; a model of task infill fills in the cells of the new half. A
/// value shorter than a window is repeated first. `options.chords` are those of the new bars; they last as long as the new bars, or as long
/// as a window (chords_along). Without them, the new bars are on "N.C.". Throws as infill does, and ArgumentError for less than 1 bar or
/// more than 4096, a value of less than one bar, or a model whose window is shorter than 2 bars.
template <MusicValue Value>
[[nodiscard]] Value continue_groove(Sampler& sampler, const Value& value, int bars, const DecodeOptions& options = {}) {
  const MusicVae& model = sampler.model();
  detail::demand_filling(model, "continue");
  detail::check_continuation(model, value.steps(), bars);
  const int bar = model.grid().steps_per_bar();
  const int window = model.config().window_steps();
  model.check_window(value.grid(), bar, "continue");

  Value past = value.slice(value.steps() % bar, value.steps() - value.steps() % bar);  // whole bars, counted from its end
  while (past.steps() < window) past = past.concat(past);
  Value result(0, value.grid());
  const int kept = window / bar / 2 * bar;
  const int fresh = window - kept;  // steps of a round
  ChordSequence chords = chords_along(model, options.chords, bars * bar);
  if (!chords.empty()) chords = chords.repeated((bars * bar + fresh - 1) / fresh * fresh);
  typename Value::Mask coming(window);
  coming.choose(kept, fresh);
  for (std::uint64_t round = 0; result.steps() < bars * bar; ++round) {
    DecodeOptions decode = options.of_groove(options.first + round);
    decode.chords = {};  // the music carries them
    const ChordSequence here = chords.empty() ? chords : chords.slice(result.steps(), fresh);
    const Value begun = past.slice(past.steps() - kept, kept).concat(detail::on_chords(Value(fresh, value.grid()), here));
    const Value last = past.slice(past.steps() - window, window);
    const std::vector<float> z = detail::fills_in(model) ? model.encode(begun, coming.cells()).mu : model.encode(last).mu;
    const Value made = detail::fill_window(sampler, z, begun, coming, decode).slice(kept, fresh);
    past.append(made);
    result.append(made);
  }
  return result.slice(0, bars * bar);
}

}  // namespace musicvae

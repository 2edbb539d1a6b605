// The drummer's parameters: one table, for the plug-in, its state and its documentation.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "musicvae/sequence/drum_map.hpp"

namespace musicvae::drummer {

/// All parameters, in the order in which hosts list them. New ones go to the end, since hosts store automation by index.
enum class Parameter : std::size_t {
  x,
  y,
  style,
  temperature,
  density,
  timing,
  velocity,
  swing,
  fill_every,
  variation_every,
  seed,
  new_groove,
  lock,
  history,
  tempo,
  level_kick,
  level_snare,
  level_closed_hihat,
  level_open_hihat,
  level_low_tom,
  level_mid_tom,
  level_high_tom,
  level_crash,
  level_ride,
  export_groove,
  mode,
  input_bars,
  clear_input,
};

/// How a host shows a parameter.
enum class ParameterKind { number, whole, on_off, trigger, style, mode };

struct ParameterInfo {
  std::string_view symbol;  ///< its name in states and in LV2
  std::string_view name;
  std::string_view unit;
  float low;
  float high;
  float usual;
  ParameterKind kind = ParameterKind::number;
};

inline constexpr float kHistory = 32;   ///< grooves that are remembered
inline constexpr float kInputBars = 4;  ///< bars of input that are remembered

/// What the drummer plays: grooves of its own, or what it makes of the notes that the host sends.
enum class Mode : int { groove, humanize, follow };

/// The names of the modes, the parameter's values from 0.
inline constexpr std::array<std::string_view, 3> kModes = {"groove", "humanise input", "follow taps"};

inline constexpr std::array kParameters = {
    ParameterInfo{"x", "X", "", -1, 1, 0},
    ParameterInfo{"y", "Y", "", -1, 1, 0},
    ParameterInfo{"style", "Style", "", 0, 17, 0, ParameterKind::style},
    ParameterInfo{"temperature", "Temperature", "", 0, 2, 1},
    ParameterInfo{"density", "Density", "", -2, 2, 0},
    ParameterInfo{"timing", "Timing feel", "%", 0, 150, 100},
    ParameterInfo{"velocity", "Velocity feel", "%", 0, 150, 100},
    ParameterInfo{"swing", "Swing", "%", 0, 100, 0},
    ParameterInfo{"fill_every", "Fill every", "bars", 0, 16, 0, ParameterKind::whole},
    ParameterInfo{"variation_every", "Variation every", "bars", 0, 16, 0, ParameterKind::whole},
    ParameterInfo{"seed", "Seed", "", 0, 9999, 0, ParameterKind::whole},
    ParameterInfo{"new_groove", "New groove", "", 0, 1, 0, ParameterKind::trigger},
    ParameterInfo{"lock", "Lock", "", 0, 1, 0, ParameterKind::on_off},
    ParameterInfo{"history", "History", "", 0, kHistory - 1, 0, ParameterKind::whole},
    ParameterInfo{"tempo", "Tempo without a host's", "bpm", 30, 300, 120},
    ParameterInfo{"level_kick", "Kick", "%", 0, 100, 100},
    ParameterInfo{"level_snare", "Snare", "%", 0, 100, 100},
    ParameterInfo{"level_closed_hihat", "Closed hi-hat", "%", 0, 100, 100},
    ParameterInfo{"level_open_hihat", "Open hi-hat", "%", 0, 100, 100},
    ParameterInfo{"level_low_tom", "Low tom", "%", 0, 100, 100},
    ParameterInfo{"level_mid_tom", "Mid tom", "%", 0, 100, 100},
    ParameterInfo{"level_high_tom", "High tom", "%", 0, 100, 100},
    ParameterInfo{"level_crash", "Crash", "%", 0, 100, 100},
    ParameterInfo{"level_ride", "Ride", "%", 0, 100, 100},
    ParameterInfo{"export", "Export", "", 0, 1, 0, ParameterKind::trigger},
    ParameterInfo{"mode", "Mode", "", 0, kModes.size() - 1, 0, ParameterKind::mode},
    ParameterInfo{"input_bars", "Input bars", "bars", 1, kInputBars, 2, ParameterKind::whole},
    ParameterInfo{"clear_input", "Clear input", "", 0, 1, 0, ParameterKind::trigger},
};
static_assert(kParameters.size() == static_cast<std::size_t>(Parameter::clear_input) + 1);

[[nodiscard]] constexpr const ParameterInfo& info(Parameter parameter) {
  return kParameters[static_cast<std::size_t>(parameter)];
}

/// The styles of the shipped model; the parameter's values 1 to 17. Value 0 is no style.
inline constexpr std::array<std::string_view, 17> kStyles = {"afrobeat", "afrocuban", "blues",  "country", "dance",         "funk",
                                                             "highlife", "hiphop",    "jazz",   "latin",   "middleeastern", "neworleans",
                                                             "pop",      "punk",      "reggae", "rock",    "soul"};

/// What a parameter of the output shows: how the drummer is.
enum class Status : int {
  ready,
  loading,
  no_position,
  model_missing,
  saved_pattern,
  state_corrupt,
  state_newer,
  exported,
  export_failed,
  listening
};

/// One line for each status, for the musician.
inline constexpr std::array<std::string_view, 10> kStatusLines = {
    "ready",
    "loading the model",
    "the host sends no position; playing from bar 1 at the drummer's tempo",
    "no model; playing the saved pattern: choose a model file",
    "another model than the project's; playing the saved pattern: press New groove for a new one",
    "the saved state is damaged and was left out; press New groove",
    "the saved state is of a newer version; update the plug-in",
    "exported as a MIDI file",
    "the export failed; choose another folder",
    "listening: play some hits, and they come back in the next round",
};

}  // namespace musicvae::drummer
